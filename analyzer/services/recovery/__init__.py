"""Recoveries and what belongs to them: backup, restore, verify, the checklist before."""
