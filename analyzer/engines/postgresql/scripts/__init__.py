"""SQL files for psql: rewrites, recorded renames, and what a recovery does."""
