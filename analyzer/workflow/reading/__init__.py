"""What a request names, read: rows, files, history, settings."""
