"""A diagnosis for a person in a hurry, and as JSON."""
