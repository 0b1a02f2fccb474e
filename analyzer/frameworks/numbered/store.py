"""The version table of a tool whose rows are keyed by numbers; other columns stay with a row."""

from collections.abc import Callable, Collection, Sequence

from analyzer.frameworks.integer_versions import bare
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.usual_store import UsualStore
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import Columns, TableRow


class NumberedStore(UsualStore):
    """The port ``Store`` by a tool's facts."""

    heads = False
    stands: Callable[[Sequence[TableRow]], Sequence[bool]] | None = None

    def __init__(self, facts: NumberedFacts) -> None:
        self._facts, self.schema = facts, facts.schema
        self.table, self.version_column = facts.table, facts.column
        self.bookkeeping = frozenset({facts.table, *facts.beside})
        self.lock, self.checksum = facts.lock, facts.checksum
        self.no_insert = facts.no_insert
        columns, values = zip(*facts.recorded, strict=True) if facts.recorded else ((), ())
        self._recorded = Columns(columns, values)
        self.telling = facts.telling

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Every column besides: what a repair takes away its undo must be able to put back."""
        return tuple(column for column in columns if column != self.version_column)

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's number, and its name where the table has one."""
        columns = row.columns if row is not None else self._recorded
        described = self._facts.described
        if described in columns:
            columns = columns.having({described: self.description(file)})
        return TableRow(bare(file.version), columns)

    def description(self, file: MigrationFile) -> str:
        """A file's name as the table has it."""
        return file.name.slug.replace("_", " ")

    def settled(self, rows: Sequence[TableRow]) -> Sequence[TableRow]:
        """Each row stands for itself."""
        return rows

    def keeper(self, columns: Collection[str]) -> tuple[str, str] | None:
        """Another tool that keeps a table with these columns, and the column that tells."""
        others = self._facts.others
        return next(((tool, column) for column, tool in others if column in columns), None)
