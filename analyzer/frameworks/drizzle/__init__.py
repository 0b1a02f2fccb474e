"""Drizzle: SQL files listed in a journal, and a table of which only the newest row counts."""
