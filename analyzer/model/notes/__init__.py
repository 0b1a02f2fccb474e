"""Notes of what ran: kept beside the version table, or in a file."""
