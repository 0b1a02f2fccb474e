"""Repairs taken back: of files, of rows, of both."""
