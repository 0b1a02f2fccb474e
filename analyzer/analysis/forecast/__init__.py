"""What the next migrate would do, carried out on a database in memory."""
