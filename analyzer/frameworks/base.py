"""What every framework must answer about its own names."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from typing import Any, Protocol

from analyzer.model.core.migration import MigrationFile, MigrationName, WhyIgnored
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version, VersionKey


class Numbering(Protocol):
    """A framework's versions: what it makes of texts, and the arithmetic that only it knows.

    Texts of moments are 14 digits, year to second, UTC. What has no meaning for a framework it
    answers with None.
    """

    @property
    def form(self) -> str:
        """What its texts look like, for messages."""
        ...

    def is_listed(self, cell: str) -> bool:
        """Whether a cell of a list, among others that may be anything, is a version."""
        ...

    def read(self, stored: str) -> Version:
        """Read a stored text; an InvalidVersion where the framework would never store it."""
        ...

    def typed(self, text: str) -> Version | None:
        """Read a version that a user typed, and nothing besides; None where the text is none."""
        ...

    def bare(self, version: Version) -> str:
        """The text that the framework itself stores for a file of this version."""
        ...

    def respelled(self, version: Version, like: str) -> Version:
        """The version written as another text is, as far as there are several ways."""
        ...

    def distance(self, one: Version, other: Version) -> float:
        """How far two versions are apart, to sort by."""
        ...

    def moment(self, version: Version) -> str | None:
        """The moment that a version stands for, which may be no date (99 as a month)."""
        ...

    def odd_length(self, version: Version) -> int | None:
        """How many digits a version has where it should have those of a moment, or be short."""
        ...

    def step(self, version: Version, direction: int) -> Version | None:
        """The nearest version after (1) or before (-1) another; None where there is none."""
        ...

    def next_free(self, version: Version, taken: Collection[VersionKey]) -> Version:
        """The first version after another one that is not taken, written as wide."""
        ...

    def newest_of_all(
        self, versions: Sequence[Version], taken: Iterable[VersionKey], now: str
    ) -> str:
        """A version that runs last: the present moment if it can be.

        Args: versions: those of files.  taken: all further ones.  now: the moment.
        """
        ...

    def last_as_wide(self, version: Version, taken: Iterable[VersionKey]) -> str:
        """The next version after all taken ones that are not longer, as wide as this one."""
        ...

    def issue(
        self, settled: Iterable[Version], taken: Iterable[VersionKey], now: str
    ) -> Iterator[str]:
        """Hand out versions for new files, as the framework itself would.

        Args: settled: those that stay.  taken: all that are or were in use.  now: the moment.
        """
        ...

    def plain(self, number: int) -> Version:
        """The version of a stored text that is just a number, without leading zeros."""
        ...

    def plain_numbers(self, keys: Collection[VersionKey]) -> Container[int]:
        """The numbers whose plain versions have one of these keys."""
        ...


class SchemaFileStyle(Protocol):
    """How a framework writes versions into its schema file."""

    @property
    def schema_orders(self) -> Sequence[Callable[[Version], Any]]:
        """By what it sorts a list of versions, each release by another of these."""
        ...

    def written(self, text: str) -> Version:
        """Read a version as the file writes it; an InvalidVersion where that says that none ran."""
        ...

    def in_file_name(self, version: Version) -> str:
        """A version as the framework's generator writes it at the head of a file's name."""
        ...

    def written_like(self, model: str, version: Version) -> str:
        """A version in the same spelling as another one in the file."""
        ...


class Store(Protocol):
    """A framework's version table: what its rows hold."""

    @property
    def version_column(self) -> str:
        """The column that holds the version."""
        ...

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Of a table's columns those that belong to a row besides its version, in their order."""
        ...

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The row that a file needs.

        Args: row: the one that it has under another version, whose other values stay as they are;
            None where it has none.
        """
        ...


class Framework(Protocol):
    """A migration framework's conventions, pure text to facts."""

    name: str
    table: str  # the version table's default name
    migrate: str  # the command that users run
    dump: str  # the command that writes the schema file

    @property
    def numbering(self) -> Numbering:
        """Its versions."""
        ...

    @property
    def store(self) -> Store:
        """Its version table."""
        ...

    @property
    def schema_file(self) -> SchemaFileStyle:
        """Its schema file."""
        ...

    def is_candidate(self, path_in_folder: str) -> bool:
        """Whether the framework looks at this path (from the migration folder) at all."""
        ...

    def parse_name(self, path_in_folder: str) -> MigrationName | WhyIgnored:
        """Read a file's name, or say why the file is no migration."""
        ...
