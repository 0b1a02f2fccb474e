"""Alembic: a chain of revisions, and a table that holds nothing but where a database stands."""
