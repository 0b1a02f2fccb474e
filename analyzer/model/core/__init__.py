"""What every other room speaks of: versions, rows, files, commits."""
