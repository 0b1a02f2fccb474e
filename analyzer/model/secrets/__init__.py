"""Passwords and tokens: how they are found in a text, and blanked before it is shown."""
