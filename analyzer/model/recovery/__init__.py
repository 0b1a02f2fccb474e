"""A recovery, a backup and a checklist, as data."""
