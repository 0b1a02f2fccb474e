"""A repair tried on a copy of the database."""
