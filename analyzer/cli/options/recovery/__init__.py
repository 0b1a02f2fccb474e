"""The options of the commands that back up and recover."""
