"""The table of Django: ``django_migrations(id, app, name, applied)``."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from analyzer.frameworks.usual_store import UsualStore
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import Columns, TableRow, key_columns


class DjangoStore(UsualStore):
    """The port ``Store`` of Django: app and name make up a version.

    Nothing sees to it that one stands there once, and no lock keeps two runs apart.
    """

    table = "django_migrations"
    schema = None
    version_column = "app.name"
    bookkeeping = frozenset({"django_migrations"})
    lock = None
    heads = False
    stands = None
    telling: tuple[str, ...] = ()

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Every column besides: what a repair takes away its undo must be able to put back."""
        own = key_columns(self.version_column)
        return tuple(column for column in columns if column not in own)

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's app and name, or one with what the table demands."""
        if row is not None:
            return TableRow(file.version.text, row.columns)
        moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        return TableRow(file.version.text, Columns(("applied",), (moment,)))

    def settled(self, rows: Sequence[TableRow]) -> Sequence[TableRow]:
        """Nothing depends on the order of the rows."""
        return rows

    def keeper(self, columns: Collection[str]) -> tuple[str, str] | None:
        """No other tool has a table of this name."""
        del columns
        return None
