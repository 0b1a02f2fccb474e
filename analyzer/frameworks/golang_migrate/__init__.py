"""golang-migrate: numbered pairs of SQL files, and one row that tells where a database stands."""
