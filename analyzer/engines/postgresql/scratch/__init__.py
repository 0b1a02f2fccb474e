"""A PostgreSQL server for a while, to rehearse on."""
