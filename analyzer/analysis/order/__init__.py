"""The order that migrations need, and fixes where it is broken."""
