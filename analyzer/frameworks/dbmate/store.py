"""The version table of dbmate: ``schema_migrations(version varchar primary key)``.

Source: pkg/driver/postgres/postgres.go (CreateMigrationsTable, InsertMigration).
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.plans.migration_lock import MigrationLock

if TYPE_CHECKING:
    from analyzer.frameworks.ports.checksum import Checksum

table = "schema_migrations"
schema: str | None = None  # along the search path
version_column = "version"
stands = None
aside = ""
heads = False
required: tuple[str, ...] = ()
goes_along: tuple[str, ...] = ()
nulls = False
no_insert = ""
checksum: "Checksum | None" = None
telling: tuple[str, ...] = ()
bookkeeping = frozenset({table})
lock: MigrationLock | None = None  # dbmate takes none
_OTHERS = {
    "dirty": "golang-migrate",
    "inserted_at": "Ecto",
    "filename": "Sequel",
    "statements": "Supabase",
}


def untouchable(row: TableRow) -> str:
    """Every row may be changed."""
    del row
    return ""


def keeper(columns: Collection[str]) -> tuple[str, str] | None:
    """Another tool that keeps a table with these columns, and the column that tells."""
    return next(((tool, column) for column, tool in _OTHERS.items() if column in columns), None)


def kept(columns: Sequence[str]) -> tuple[str, ...]:
    """No column besides the version matters to dbmate."""
    del columns
    return ()


def row_of(file: MigrationFile, row: TableRow | None = None) -> TableRow:
    """The row that dbmate would write for a file."""
    del row
    return TableRow(file.version.text)


def settled(rows: Sequence[TableRow]) -> Sequence[TableRow]:
    """Each row stands for itself."""
    return rows
