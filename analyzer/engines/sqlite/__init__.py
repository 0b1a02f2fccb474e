"""SQLite: a database is a file, read by the standard library or through the sqlite3 client."""
