"""sqlx: numbered SQL files, whose checksums stand in the rows."""
