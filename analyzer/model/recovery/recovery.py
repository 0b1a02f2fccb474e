"""A recovery: what it is to do, as steps that can be shown, resumed and taken back."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from analyzer.model.schema.database_state import table_label
from analyzer.model.words.redaction import blanked
from analyzer.records import Struct, replace


class StepKind(StrEnum):
    """What a step does; its value is its name in the journal."""

    CHECK = "check"
    STOP = "stop"
    BACKUP = "backup"
    SOURCE = "source"
    RENAME = "rename"
    CREATE = "create"
    MIGRATE = "migrate"
    FIT = "fit"
    CLEAR = "clear"
    LOAD = "load"
    LARGE_OBJECTS = "large-objects"
    SEQUENCES = "sequences"
    VERIFY = "verify"
    START = "start"


class Step(Struct, frozen=True):
    """One step, and what takes it back, in words."""

    kind: StepKind
    title: str
    back: str


class TablePart(Struct, frozen=True):
    """A table to carry over: which columns, in the order of COPY, and how large it is."""

    schema: str
    name: str
    columns: tuple[str, ...]
    partitioned: bool
    bytes: int

    @property
    def label(self) -> str:
        """Schema and name, as a `TableState` writes them."""
        return table_label(self.schema, self.name)


class Counted(Struct, frozen=True):
    """A table's rows and the checksum of their content."""

    rows: int
    checksum: str


def kept_name(recovery: str, part: TablePart, kind: str = "before") -> str:
    """Name the table in which a recovery keeps a table's rows; it fits PostgreSQL's 63 bytes.

    ``kind`` is before, for rows from before the load, or since, for those that came after it.
    """
    return f"{kind}_{recovery}_{hashlib.sha256(part.label.encode()).hexdigest()[:24]}"


class ForeignKeyEdge(Struct, frozen=True):
    """A foreign key: the table that has it, and the one it refers to, both as labels."""

    table: str
    name: str
    refers_to: str


class FullPlan(Struct, frozen=True):
    """Option 1: a new database from the migrations, with the old one's rows; the old one stays.

    ``old_oid`` and ``system`` say which database is meant, whatever its name is now.
    """

    id: str
    database: str
    old_oid: int
    system: str | None
    aside: str  # the old database's name meanwhile
    making: str  # the new one's name until it is ready for the migrate command
    migrate_command: str
    stop_command: str | None
    start_command: str | None
    check_command: str | None
    backup: str | None  # of an earlier run; None to take one
    scratch: bool  # whether --scratch-url names a server
    tables: tuple[TablePart, ...]  # of the old database, without the version tables
    leave: tuple[str, ...]  # tables, or table.column, that may stay behind
    version_table: str

    @property
    def oid(self) -> int:
        """The number of the database that is recovered."""
        return self.old_oid

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it may have, however far the recovery came."""
        return (self.database, self.aside)

    def steps(self) -> tuple[Step, ...]:
        """List the steps in their order."""
        old, new = self.database, f"the new {self.database}"
        nothing = "nothing to take back"
        again = _command("start the application again", self.start_command)
        renames = f"{new} is renamed aside, {self.aside} gets its name back"
        return (
            Step(
                StepKind.CHECK,
                f"check that {old} is there, with room, tools and privileges",
                nothing,
            ),
            Step(StepKind.STOP, _command("stop the application", self.stop_command), again),
            Step(
                StepKind.BACKUP,
                "back up, and restore the backup into a scratch database to compare every table"
                if self.backup is None
                else f"check the backup {self.backup}, and that it restores",
                again,
            ),
            Step(StepKind.RENAME, f"rename {old} to {self.aside}; it is not dropped", renames),
            Step(
                StepKind.CREATE,
                f"create {new} with the same encoding, collation, owner and settings",
                renames,
            ),
            Step(
                StepKind.MIGRATE, f"run every migration from zero: {self.migrate_command}", renames
            ),
            Step(
                StepKind.FIT, "check, table by table, that the old rows fit the new schema", renames
            ),
            Step(
                StepKind.CLEAR, "set aside the rows that the migrations themselves wrote", renames
            ),
            Step(
                StepKind.LOAD,
                f"copy {len(self.tables)} tables from {self.aside}, each verified "
                "before its transaction commits",
                renames,
            ),
            Step(StepKind.LARGE_OBJECTS, "copy the large objects", renames),
            Step(
                StepKind.SEQUENCES,
                "set every sequence to where it was, or ahead of its column",
                renames,
            ),
            Step(
                StepKind.VERIFY,
                "compare every table, sequence and constraint"
                + (f", then run {self.check_command}" if self.check_command else ""),
                renames,
            ),
            Step(
                StepKind.START,
                _command("start the application", self.start_command),
                f"the application is stopped; {renames}",
            ),
        )


class TablesPlan(Struct, frozen=True):
    """Option 3: some tables' rows from a backup or another database, into one that is in use.

    ``components`` are tables that must be loaded together, those that others refer to first.
    """

    id: str
    database: str
    oid: int
    system: str | None
    source_backup: str | None
    source_database: str | None
    side: str  # the name under which a backup is restored beside
    stop_command: str | None
    start_command: str | None
    check_command: str | None
    scratch: bool
    components: tuple[tuple[TablePart, ...], ...]
    replace: bool
    version_table: str

    @property
    def backup(self) -> str | None:
        """A backup of an earlier run: none, as the rows that are replaced are those of now."""
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the database may have, however far the recovery came."""
        return (self.database,)

    @property
    def parts(self) -> tuple[TablePart, ...]:
        """All tables, in the order in which they are loaded."""
        return tuple(part for group in self.components for part in group)

    def steps(self) -> tuple[Step, ...]:
        """List the steps in their order."""
        nothing = "nothing to take back"
        again = _command("start the application again", self.start_command)
        rows = "every loaded table gets back the rows that it had"
        number = sum(map(len, self.components))
        source = self.source_database or f"the backup {self.source_backup}"
        return (
            Step(
                StepKind.CHECK,
                f"check that {self.database} is there, with room, tools and privileges",
                nothing,
            ),
            Step(StepKind.STOP, _command("stop the application", self.stop_command), again),
            Step(
                StepKind.BACKUP,
                f"back up {self.database} as it is now, and verify the backup",
                again,
            ),
            Step(
                StepKind.SOURCE,
                f"take the rows from {source}"
                + ("" if self.source_database else f", restored beside as {self.side}"),
                again,
            ),
            Step(StepKind.FIT, "check, table by table, that the rows fit", again),
            Step(
                StepKind.LOAD,
                f"copy {number} tables, those that others refer to first, each "
                "verified before its transaction commits",
                rows,
            ),
            Step(StepKind.SEQUENCES, "set the tables' sequences ahead of their columns", rows),
            Step(
                StepKind.VERIFY,
                "compare every one of these tables"
                + (f", then run {self.check_command}" if self.check_command else ""),
                rows,
            ),
            Step(
                StepKind.START,
                _command("start the application", self.start_command),
                f"the application is stopped; {rows}",
            ),
        )


Plan = FullPlan | TablesPlan
COMMANDS = ("stop_command", "start_command", "check_command", "migrate_command")


def commands_of(plan: Plan) -> dict[str, str]:
    """Tell the user's commands that a plan has, by the names of its fields."""
    found = {name: getattr(plan, name, None) for name in COMMANDS}
    return {name: command for name, command in found.items() if command}


def without_secrets(plan: Plan) -> Plan:
    """The plan as it may be kept and shown."""
    return with_fields(plan, {name: blanked(text) for name, text in commands_of(plan).items()})


def with_fields(plan: Plan, fields: Mapping[str, str]) -> Plan:
    """The plan with other commands; ``fields`` are among those that it has."""
    values: Mapping[str, Any] = fields
    return replace(plan, **values)


class Reach(Struct, frozen=True):
    """How the client programs are run: prefix, connection flags, and statements of this server.

    ``flags`` hold no database and no password. ``create`` are the statements that make the new
    database, ``finish`` those that give it at the end what would be in the
    way before. ``restore`` are the words of a command that restores the backup beside, for tables.
    """

    prefix: tuple[str, ...]
    flags: tuple[str, ...]
    create: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    restore: tuple[str, ...] = ()


class Misfit(Struct, frozen=True):
    """Rows that do not fit the schema they are to go into; ``rows`` None where it is not known."""

    table: str
    what: str
    fix: str
    rows: int | None = None


def _command(what: str, command: str | None) -> str:
    return f"{what}: {command}" if command else f"{what} by hand, as no command was given"
