"""What an SQLite file says of itself: its tables, and its rows at one moment."""
