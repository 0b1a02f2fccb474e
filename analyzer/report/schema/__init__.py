"""The schema, and differences between two, as text and as JSON."""
