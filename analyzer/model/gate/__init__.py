"""What the gate compares, and what it says."""
