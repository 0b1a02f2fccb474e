"""Repairs of a divergence: of files, of rows, of both; tried on a copy, and taken back."""
