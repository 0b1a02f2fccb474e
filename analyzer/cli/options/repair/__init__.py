"""The options of the commands that repair."""
