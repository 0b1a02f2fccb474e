"""The gate before a merge, and what it can fix by itself."""
