"""The version table as the database holds it."""

from collections.abc import Sequence

from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import ONLY_VERSIONS, Columns, RowShape, TableRow
from analyzer.model.core.version import Version
from analyzer.model.words.text import visible
from analyzer.records import Struct


class TableName(Struct, frozen=True):
    """A table's name; without a schema it is found along the search path."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class KeyedTable(TableName, frozen=True):
    """A version table that is known by its columns as well: ``key`` is what makes up a version."""

    key: str = "version"


def key_of(table: TableName) -> str:
    """The columns that make up a version in a table, joined as their texts are."""
    return table.key if isinstance(table, KeyedTable) else "version"


class AppliedRow(Struct, frozen=True):
    """One row of the version table, exactly as stored (``version.text`` is the raw text).

    ``columns`` are what else the table keeps of it, as far as the framework says that it matters.
    """

    version: Version
    columns: Columns
    origin: Origin

    @property
    def whole(self) -> TableRow:
        """The row apart from where it was read."""
        return TableRow(self.version.text, self.columns)


AUDIT_TABLE = "migdoctor_audit"  # ours, beside the version table: what repairs did
NOTES_TABLE = "migdoctor_notes"  # likewise: what ran
DEFAULT_VERSION_TABLE = TableName("schema_migrations")
"""Where no framework is asked: its usual name in most of them."""


class VersionTable(Struct, frozen=True):
    """All applied rows of one environment, in the order they were read; doubles are kept.

    ``source`` is an engine's name or ``rows``; ``database`` is the database's own name where known;
    ``place`` says in words where the rows were read, without secrets. ``written_by`` is the engine
    whose programs wrote a file of rows, where it says so.
    """

    environment: str
    source: str
    place: str
    table: TableName
    rows: Sequence[AppliedRow]
    database: str | None = None
    server_version: int | None = None  # PostgreSQL's number, 150018 is 15.18
    notes: tuple[str, ...] = ()  # what the reader should know about how the rows were read
    shape: RowShape = ONLY_VERSIONS  # the columns that make up a row
    left_out: int = 0  # rows besides, whose versions no file in any history ever had
    elsewhere: tuple[str, ...] = ()  # further schemas that have such a table; none was asked for
    named_by: str = ""  # what named the place: an option, a variable, a file
    implied: tuple[AppliedRow, ...] = ()  # of the rows, those that others only imply
    aside: tuple[AppliedRow, ...] = ()  # rows besides, which stand for no migration that ran
    written_by: str | None = None
    missing: bool = False  # there is no such table
    otherwise: str = ""  # the variable that names production's, where it is not production's

    @property
    def whose(self) -> str:
        """Whose database it is, where a file chose it and it is not production's; else empty."""
        if not self.otherwise:
            return ""
        return (
            f"This is the database of {visible(self.named_by)}. For production's: set "
            f"{self.otherwise}, or pass --database-url URL or --environment NAME."
        )

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows) + self.left_out

    @property
    def all_rows(self) -> tuple[TableRow, ...]:
        """All that are stored, whole, those that stand for no migration too."""
        implied = {row.version.key for row in self.implied}
        stored = (row for row in self.rows if row.version.key not in implied)
        return tuple(row.whole for row in (*stored, *self.aside))
