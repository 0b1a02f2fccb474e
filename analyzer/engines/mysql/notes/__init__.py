"""The notes of what ran, in a table beside the version table."""
