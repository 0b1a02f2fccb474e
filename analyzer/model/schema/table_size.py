"""How much a table holds, by what PostgreSQL knows without reading the table."""

from analyzer.records import Struct


class TableSize(Struct, frozen=True):
    """One table's size. ``rows`` is the planner's estimate, None where it has none.

    ``bytes`` counts indexes and TOAST too, where there are rows; ``heap_bytes`` the rows' own file:
    a table whose file has no bytes holds no rows for certain.
    """

    table: str
    rows: int | None
    bytes: int
    heap_bytes: int

    @property
    def empty(self) -> bool:
        """Whether it certainly holds no rows."""
        return self.heap_bytes == 0

    def unknown(self) -> "TableSize":
        """The same table, of which nobody knows whether it holds rows."""
        return TableSize(self.table, None, self.bytes, max(self.heap_bytes, 1))
