"""Fleets of SQLite files."""
