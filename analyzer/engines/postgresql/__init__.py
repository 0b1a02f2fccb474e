"""PostgreSQL: how it is reached, read, written to, parsed, backed up and rehearsed on."""
