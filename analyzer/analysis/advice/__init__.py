"""Which way out suits a database, what it costs, and that it does no harm."""
