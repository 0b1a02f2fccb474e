"""PostgreSQL's types: their names, their usual sizes, and which becomes which by itself."""
