"""The repair journal, and who writes in it."""
