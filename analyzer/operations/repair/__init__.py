"""Repairs carried out, on files and on rows, with their journal."""
