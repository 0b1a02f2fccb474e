"""Repairs as plans: file names, rows, schema files, and what edits bring."""
