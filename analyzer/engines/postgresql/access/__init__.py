"""Connections and sessions, directly or through a prefix, with the same settings pinned."""
