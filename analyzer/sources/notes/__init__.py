"""Notes of what ran that are kept in a file."""
