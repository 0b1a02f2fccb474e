"""sql-migrate: its table and the marks in its files."""
