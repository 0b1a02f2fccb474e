"""What a request names, read: rows, files, settings."""
