"""How an SQLite file is named, opened and asked."""
