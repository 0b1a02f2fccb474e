"""The version table of a tool whose rows are keyed by names; all other columns stay with a row."""

from collections.abc import Collection, Sequence

from analyzer.frameworks.keyed.facts import Facts
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import NO_COLUMNS, TableRow


class KeyedStore:
    """The port ``Store`` by a tool's facts."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.table, self.version_column = facts.table, facts.column
        self.bookkeeping = frozenset({facts.table, *facts.beside})
        self.lock = facts.lock

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Every column besides: what a repair takes away its undo must be able to put back."""
        return tuple(column for column in columns if column != self.version_column)

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's key."""
        return TableRow(file.version.text, row.columns if row is not None else NO_COLUMNS)

    def keeper(self, columns: Collection[str]) -> tuple[str, str] | None:
        """Another tool that keeps a table with these columns, and the column that tells."""
        others = self._facts.others
        return next(((tool, column) for column, tool in others if column in columns), None)
