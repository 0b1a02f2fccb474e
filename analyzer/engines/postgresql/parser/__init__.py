"""SQL to effects through PostgreSQL's own parser."""
