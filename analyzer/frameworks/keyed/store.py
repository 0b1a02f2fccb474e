"""The version table of a tool whose rows are keyed by names; all other columns stay with a row."""

from collections.abc import Callable, Collection, Sequence

from analyzer.frameworks.keyed.facts import Facts
from analyzer.frameworks.usual_store import UsualStore
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import Columns, TableRow


class KeyedStore(UsualStore):
    """The port ``Store`` by a tool's facts."""

    heads = False
    telling: tuple[str, ...] = ()
    stands: Callable[[Sequence[TableRow]], Sequence[bool]] | None = None

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.table, self.version_column = facts.table, facts.column
        self.schema = facts.schema
        columns, values = zip(*facts.recorded, strict=True) if facts.recorded else ((), ())
        self._recorded = Columns(columns, values)
        self.bookkeeping = frozenset({facts.table, *facts.beside})
        self.goes_along = (*facts.order_columns, *facts.goes_along)
        self.lock, self.no_insert = facts.lock, facts.no_insert

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Every column besides: what a repair takes away its undo must be able to put back."""
        return tuple(column for column in columns if column != self.version_column)

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's key, or one with what the tool cannot do without."""
        return TableRow(file.version.text, row.columns if row is not None else self._recorded)

    def settled(self, rows: Sequence[TableRow]) -> Sequence[TableRow]:
        """The rows with their names in the order in which they were written, if the tool minds.

        No moment is made up: where names are unique the moments are exchanged, else the names.
        """
        columns = self._facts.order_columns
        if not columns or not all(it in row.columns for row in rows for it in columns):
            return rows
        if self._facts.unique_names:
            moments = sorted(map(self._moment, rows), key=_by)
            names = sorted(row.version for row in rows)
            held = dict(zip(names, moments, strict=True))
            return [self._written_at(row, held[row.version]) for row in rows]
        places = sorted(range(len(rows)), key=lambda place: _by(self._moment(rows[place])))
        named = dict(zip(places, sorted(row.version for row in rows), strict=True))
        return [TableRow(named[place], row.columns) for place, row in enumerate(rows)]

    def _moment(self, row: TableRow) -> tuple[str, ...]:
        return tuple(row.columns[it] or "" for it in self._facts.order_columns)

    def _written_at(self, row: TableRow, moment: tuple[str, ...]) -> TableRow:
        changed = dict(zip(self._facts.order_columns, moment, strict=True))
        return TableRow(row.version, row.columns.having(changed))

    def keeper(self, columns: Collection[str]) -> tuple[str, str] | None:
        """Another tool that keeps a table with these columns, and the column that tells."""
        others = self._facts.others
        return next(((tool, column) for column, tool in others if column in columns), None)


def _by(moment: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Numbers by their size, texts by their letters."""
    return tuple((len(it) if it.isdecimal() else 0, it) for it in moment)
