"""SQLite's types, as Rails and other applications name them there."""
