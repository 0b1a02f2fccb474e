"""The version table of Rails: ``schema_migrations(version)``, and what stands beside it."""

from collections.abc import Collection

from analyzer.model.plans.migration_lock import MigrationLock

table = "schema_migrations"
bookkeeping = frozenset({table, "ar_internal_metadata"})
metadata: str | None = "ar_internal_metadata"  # which environment the database belongs to
# ActiveRecord::Migrator::MIGRATOR_SALT times the CRC-32 of the database's name, 5.0 to 8.1
lock: MigrationLock | None = MigrationLock("Rails", 2053462845)
_OTHERS = {"dirty": "golang-migrate", "inserted_at": "Ecto"}


def keeper(columns: Collection[str]) -> tuple[str, str] | None:
    """Another tool that keeps a table with these columns, and the column that tells."""
    return next(((tool, column) for column, tool in _OTHERS.items() if column in columns), None)
