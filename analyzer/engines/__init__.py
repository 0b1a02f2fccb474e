"""Database engines: one folder for each, behind the same ports."""
