"""A plan as a git patch, and as a diff for people."""
