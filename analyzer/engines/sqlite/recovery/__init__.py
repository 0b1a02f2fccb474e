"""Backups of a file, what they hold, and copies to try things on."""
