"""Two states of a database, and how strictly they are to be compared."""

from analyzer.model.schema.database_state import DatabaseState, TableState
from analyzer.records import Struct

SHOWN = 8  # names in an item of the comparison; the rest is counted


class Comparison(Struct, frozen=True):
    """The strictness of a comparison.

    ``tables`` are the labels of the only tables that count, None for all. ``owners`` says whether
    owners must be the same; ``extra`` whether tables that only the database has are a fault.
    ``versions`` are those that must be applied, None for those of the expected state. ``data`` is
    False where only the structure was to be carried over. ``mended`` says that a sequence behind
    its column is a fault even if it was so before; ``validated`` that an open constraint is one
    even if it was open before.
    """

    tables: frozenset[str] | None = None
    owners: bool = True
    extra: bool = True
    structure: bool = True
    data: bool = True
    mended: bool = True
    validated: bool = True
    versions: tuple[str, ...] | None = None

    @property
    def whole(self) -> bool:
        """Whether the whole database is compared, rather than some of its tables."""
        return self.tables is None

    def counts(self, table: TableState) -> bool:
        """Whether a table is compared at all."""
        return self.tables is None or table.label in self.tables


class StatePair(Struct, frozen=True):
    """The expected and the actual state of a database, and how strictly to compare them."""

    expected: DatabaseState
    actual: DatabaseState
    how: Comparison

    @property
    def wanted(self) -> tuple[TableState, ...]:
        """The expected tables that are compared."""
        return tuple(table for table in self.expected.tables if self.how.counts(table))

    @property
    def both(self) -> tuple[tuple[TableState, TableState], ...]:
        """Those that are there as well: as expected, and as they are."""
        there = {table.label: table for table in self.actual.tables}
        return tuple((table, there[table.label]) for table in self.wanted if table.label in there)
