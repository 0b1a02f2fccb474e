"""Backups of MySQL: what a database holds, its dumps, and databases to restore them into."""
