"""Rows and catalogues of the environments that a run is about."""
