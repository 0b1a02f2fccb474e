"""A database as values: its schema, its catalogue, its sizes and its state."""
