"""A recovery: what it is to do, as steps that can be shown, resumed and taken back."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.model.recovery.recovery_steps import (
    Step,
    StepKind,
    check_step,
    start_step,
    started_again,
    stop_step,
    verify_step,
)
from analyzer.model.schema.database_state import table_label
from analyzer.model.secrets.redaction import blanked
from analyzer.model.words.wording import count
from analyzer.records import Struct, replace


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
        return (
            *self._getting_ready(),
            *self._rebuilding(),
            *self._carrying_over(),
            *self._ending(),
        )

    @property
    def _new(self) -> str:
        return f"the new {self.database}"

    @property
    def _renames(self) -> str:
        return f"{self._new} is renamed aside, {self.aside} gets its name back"

    def _getting_ready(self) -> Iterator[Step]:
        yield check_step(self.database)
        yield stop_step(self.stop_command, self.start_command)
        backup = (
            "back up, and restore the backup into a scratch database to compare every table"
            if self.backup is None
            else f"check the backup {self.backup}, and that it restores"
        )
        yield Step(StepKind.BACKUP, backup, started_again(self.start_command))

    def _rebuilding(self) -> Iterator[Step]:
        rename = f"rename {self.database} to {self.aside}; it is not dropped"
        yield Step(StepKind.RENAME, rename, self._renames)
        create = f"create {self._new} with the same encoding, collation, owner and settings"
        yield Step(StepKind.CREATE, create, self._renames)
        migrate = f"run every migration from scratch: {self.migrate_command}"
        yield Step(StepKind.MIGRATE, migrate, self._renames)

    def _carrying_over(self) -> Iterator[Step]:
        fit = "check, table by table, that the old rows fit the new schema"
        yield Step(StepKind.FIT, fit, self._renames)
        clear = "set aside the rows that the migrations themselves wrote"
        yield Step(StepKind.CLEAR, clear, self._renames)
        load = (
            f"copy {count(len(self.tables), 'table')} from {self.aside}, each verified before its "
            "transaction commits"
        )
        yield Step(StepKind.LOAD, load, self._renames)
        yield Step(StepKind.LARGE_OBJECTS, "copy the large objects", self._renames)
        sequences = "set every sequence to where it was, or ahead of its column"
        yield Step(StepKind.SEQUENCES, sequences, self._renames)

    def _ending(self) -> Iterator[Step]:
        compare = "compare every table, sequence and constraint"
        yield verify_step(compare, self.check_command, self._renames)
        yield start_step(self.start_command, self._renames)


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
        return (*self._getting_ready(), *self._carrying_over())

    def _getting_ready(self) -> Iterator[Step]:
        again = started_again(self.start_command)
        yield check_step(self.database)
        yield stop_step(self.stop_command, self.start_command)
        backup = f"back up {self.database} as it is now, and verify the backup"
        yield Step(StepKind.BACKUP, backup, again)
        source = self.source_database or f"the backup {self.source_backup}"
        beside = "" if self.source_database else f", restored alongside as {self.side}"
        yield Step(StepKind.SOURCE, f"take the rows from {source}{beside}", again)
        yield Step(StepKind.FIT, "check, table by table, that the rows fit", again)

    def _carrying_over(self) -> Iterator[Step]:
        back = "every loaded table gets back the rows that it had"
        load = (
            f"copy {count(len(self.parts), 'table')}, those that others refer to first, each "
            "verified before its transaction commits"
        )
        yield Step(StepKind.LOAD, load, back)
        yield Step(StepKind.SEQUENCES, "set the tables' sequences ahead of their columns", back)
        yield verify_step("compare every one of these tables", self.check_command, back)
        yield start_step(self.start_command, back)


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
    """Rows that do not fit the schema they are to go into; ``rows`` None where it is not known.

    ``anew``: the recovery itself has to be another one, so that going on meets it again.
    """

    table: str
    what: str
    fix: str
    rows: int | None = None
    anew: bool = False
