"""SQL files of ours for the sqlite3 client."""
