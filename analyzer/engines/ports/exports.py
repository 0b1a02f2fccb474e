"""What is asked of an engine about files: the rows that its own programs write there."""

from typing import TYPE_CHECKING

from analyzer.records import Struct

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Protocol

    from analyzer.frameworks.ports.store import Store
    from analyzer.model.core.table_row import Columns
    from analyzer.model.core.version_table import TableName
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class StoredVersion(Protocol):
    """A stored version and its one-based line; ``text`` None is NULL."""

    @property
    def text(self) -> str | None:
        """As it stands there."""

    @property
    def line(self) -> int:
        """One-based."""

    @property
    def columns(self) -> "Columns":
        """What the row holds besides."""


class StoredVersions(Protocol):
    """Stored versions in their order: plain numbers, and by place what is none."""

    numbers: "array[int]"
    lines: "array[int]"
    odd: dict[int, str | None]
    columns: "dict[int, Columns]"
    missing: int

    def add(self, text: str | None, line: int, columns: "Columns" = ...) -> None:
        """Take the next one."""

    def __len__(self) -> int: ...

    def __iter__(self) -> "Iterator[StoredVersion]": ...


class DumpedTable(Struct):
    """A table with the version table's name.

    ``has_data`` says that its rows are in the script; ``promised`` that a comment announces them.
    """

    database: str | None
    table: "TableName"
    rows: StoredVersions
    columns: tuple[str, ...] = ()
    has_data: bool = False
    promised: bool = False


class Dump(Struct, frozen=True):
    """All tables of that name in a script, and the server it came from (150018 is 15.18)."""

    tables: tuple[DumpedTable, ...]
    server_version: int | None


class DumpText(Protocol):
    """A text of any size that is read once, from its beginning."""

    @property
    def place(self) -> str:
        """Its name for messages."""

    def peek(self, size: int) -> bytes:
        """Look at what comes next."""

    def read_line(self) -> bytes | None:
        """Read on to the end of the line; None at the end."""


class UnreadableForm(Struct, frozen=True):
    """A form of dump that only the engine's own program reads: what it is, and what helps."""

    what: str
    fix: str


class Exports(Protocol):
    """Files that the engine's own programs write."""

    def is_script(self, first: str) -> bool:
        """Whether a file whose first line with anything on it is this one is SQL to be read."""

    def read_dump(self, window: DumpText, name: str, store: "Store") -> Dump:
        """Read a script to its end and collect the tables with this name.

        Raises:
            RowsError: the script is cut off, or fills such a table in a way that only a server
                could follow.
        """

    def packed(self, head: bytes) -> UnreadableForm | None:
        """The form of a file that begins so, if it is a dump that is no text."""

    def packed_folder(self, folder: "Path") -> UnreadableForm | None:
        """The form of a folder that is a dump."""

    def packed_archive(self) -> UnreadableForm:
        """What a tar archive may be."""

    def text_command(self) -> str:
        """The command for a dump that is text."""

    def rows_command(self, table: str) -> str:
        """The command for a dump of one table's rows."""
