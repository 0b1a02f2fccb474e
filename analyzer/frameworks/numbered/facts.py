"""What tells one framework that keys its rows by numbers from another."""

from analyzer.frameworks.ports.checksum import Checksum
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.records import Struct


class NumberedFacts(Struct, frozen=True, kw_only=True):
    """One tool: its table, its names, what it refuses, what its users type.

    ``form`` is the pattern of a file's whole name, with the groups ``number`` and ``slug``, and
    ``written`` how such a name is put together. ``lost``, ``late`` and ``doubled`` are what the
    tool says of rows without a file, of files older than the newest row, and of files that share a
    number, with the fields ``version``, ``file``, ``count`` and ``newest``, and ``{each}`` before
    what is told of every file; empty where it minds nothing. ``described`` is the column that holds
    the name.
    """

    name: str
    title: str
    table: str
    column: str
    folders: tuple[str, ...]  # by convention, the likeliest first
    form: str
    written: str
    suffixes: tuple[str, ...]
    example: str
    migrate: str
    source: str  # where the facts were read, for maintainers
    lost: str = ""
    late: str = ""
    doubled: str = ""
    described: str = ""
    schema: str | None = None  # of its own, in which its table lies
    back: tuple[str, str] | None = None  # endings of a file and of the one with its way back
    telling: tuple[str, ...] = ()  # columns that say which migration a row stands for
    others: tuple[tuple[str, str], ...] = ()  # column, and the tool whose table has it
    beside: tuple[str, ...] = ()  # further tables that it keeps for itself
    lock: MigrationLock | None = None
    checksum: Checksum | None = None
    makes: str = ""  # its command that makes a new migration called {name}
    recorded: tuple[tuple[str, str], ...] = ()  # what a row has besides that is written by hand
    no_insert: str = ""  # why none can be
    lost_file: str = "a rollback stops at it"
