"""The findings of diagnose: one module for each code, or for a few that belong together."""
