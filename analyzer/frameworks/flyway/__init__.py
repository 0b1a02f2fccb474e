"""Flyway: SQL files with versions such as 1.2, and a table that is a log with checksums."""
