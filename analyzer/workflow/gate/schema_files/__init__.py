"""The schema files beside migrations, and what the gate compares in them."""
