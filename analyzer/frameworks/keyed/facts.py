"""What tells one framework that keys its rows by file names from another."""

from enum import StrEnum

from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.records import Struct


class Script(StrEnum):
    """The language that a tool's migrations are written in."""

    JAVASCRIPT = "javascript"  # and TypeScript
    PHP = "php"
    PYTHON = "python"
    RUBY = "ruby"
    SQL = "sql"


class MindsMissing(StrEnum):
    """What a tool minds about rows without a file."""

    NOTHING = "nothing"
    ANY = "any"
    IN_ORDER = "in-order"  # rows and files are compared one by one, as far as both go


class Facts(Struct, frozen=True, kw_only=True):
    """One tool: its table, its names, what it refuses, what its users type.

    ``prefix`` and ``suffixed`` say how a file's name becomes the key: what stands before it, and
    whether its ending stays. ``number`` is the pattern of what a name begins with, ``separator``
    what follows. ``sign`` is somewhere in the text of each of its migrations, ``never`` in that of
    another tool whose files look alike. ``sql_calls`` are the functions whose first argument is
    SQL. ``lists_missing`` and ``late`` are what the tool says; where those are None it minds
    nothing. ``order_columns`` hold the moment at which a row was
    written, and the tool wants rows in the order of their files by them. ``transaction`` is whether
    it runs a migration in one, and ``outside`` the pattern by which a migration does without.
    """

    name: str
    title: str
    table: str
    column: str
    folders: tuple[str, ...]  # by convention, the likeliest first
    suffixes: tuple[str, ...]
    script: Script
    sign: str
    example: str
    migrate: str
    source: str  # where the facts were read, for maintainers
    prefix: str = ""
    suffixed: bool = False
    number: str = r"[0-9]+"
    separator: str = "_"
    never: str = ""
    needs: str = ""  # a pattern that the whole name must match, beyond its ending
    sql_calls: tuple[str, ...] = ()
    transaction: bool = True
    outside: str = r"\Z."
    told_by: tuple[str, ...] = ()  # columns that its table has besides, and no other of the name
    others: tuple[tuple[str, str], ...] = ()  # column, and the tool whose table has it
    schema: str | None = None  # of its own, in which its table lies
    records: str = ""  # its command that notes a migration as run, before the version
    makes: str = ""  # its command that makes a new migration called {name}
    recorded: tuple[tuple[str, str], ...] = ()  # what a row has besides that is written by hand
    no_insert: str = ""  # why none can be
    goes_along: tuple[str, ...] = ()  # columns that say what the key says
    misleads: str = ""  # what it advises about missing files, where that does harm
    beside: tuple[str, ...] = ()  # further tables that it keeps for itself
    missing: MindsMissing = MindsMissing.NOTHING
    lists_missing: str = ""
    late: str = ""
    order_columns: tuple[str, ...] = ()
    unique_names: bool = True  # the table itself sees to it
    lock: MigrationLock | None = None
    lost_file: str = "a rollback stops at it"
    sections: tuple[str, str] | None = None  # patterns of the lines that begin up and down, in SQL
