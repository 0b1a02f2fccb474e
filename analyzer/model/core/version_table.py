"""The version table as the database holds it."""

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.model.core.origin import Origin
from analyzer.model.core.version import Version


@dataclass(frozen=True, slots=True)
class TableName:
    """A table's name; without a schema it is found along the search path."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """One row of the version table, exactly as stored (``version.text`` is the raw text)."""

    version: Version
    origin: Origin


@dataclass(frozen=True, slots=True)
class VersionTable:
    """All applied rows of one environment, in the order they were read; doubles are kept.

    ``source`` is ``postgresql`` or ``rows``; ``database`` is the database's own name where known;
    ``place`` says in words where the rows were read, without secrets.
    """

    environment: str
    source: str
    place: str
    table: TableName
    rows: Sequence[AppliedRow]
    database: str | None = None
    server_version: int | None = None  # PostgreSQL's number, 150018 is 15.18
    notes: tuple[str, ...] = ()  # what the reader should know about how the rows were read
    left_out: int = 0  # rows besides, whose versions no file in any history ever had

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows) + self.left_out
