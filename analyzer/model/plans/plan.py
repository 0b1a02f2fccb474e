"""Plans: what a repair does, as data. Steps hold no connection, and each knows its inverse."""

from collections.abc import Iterable

from analyzer.model.core.table_row import RowShape, TableRow
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.records import Struct


class MoveFile(Struct, frozen=True):
    """Give a file another path. Both are from the repository's root."""

    source: str
    target: str

    def inverse(self) -> "MoveFile":
        """Move it back."""
        return MoveFile(self.target, self.source)


class ReplaceLine(Struct, frozen=True):
    """Replace one line of a file, where it still reads as expected. ``line`` is one-based.

    ``before`` and ``after`` are without their line end. It is the class line of a migration, or a
    line of a schema file, which no move touches.
    """

    path: str
    line: int
    before: str
    after: str

    def inverse(self) -> "ReplaceLine":
        """Put the line back."""
        return ReplaceLine(self.path, self.line, self.after, self.before)


class UpdateRow(Struct, frozen=True):
    """Give a row another version, and what else must change with it."""

    before: TableRow
    after: TableRow

    def inverse(self) -> "UpdateRow":
        """Give it back what it had."""
        return UpdateRow(self.after, self.before)


class DeleteRow(Struct, frozen=True):
    """Remove a row. It is kept whole, so that the inverse can put it back."""

    row: TableRow

    def inverse(self) -> "InsertRow":
        """Put the row back."""
        return InsertRow(self.row)


class InsertRow(Struct, frozen=True):
    """Add a row."""

    row: TableRow

    def inverse(self) -> DeleteRow:
        """Take the row away."""
        return DeleteRow(self.row)


def shape_of(steps: Iterable[UpdateRow | DeleteRow | InsertRow], version: str) -> RowShape:
    """The columns of the rows that steps know; ``version`` is that of the version."""
    rows = (it.after if isinstance(it, UpdateRow) else it.row for it in steps)
    columns = tuple(next(rows, TableRow("")).columns)
    return RowShape(version, columns, nulls=bool(columns))  # whatever is there must be as planned


FileStep = MoveFile | ReplaceLine
RowStep = UpdateRow | DeleteRow | InsertRow


RUN_FILE = "THIS_FILE"
"""What stands for a script's own name in the command that runs it."""


class Provenance(Struct, frozen=True):
    """The origin of a plan, for the head of its script.

    ``run`` is the command of the engine's client that runs it, as `RUN_FILE` on that database;
    empty where the database is not known. ``rest`` is what is to be done after it.
    """

    tool: str  # "migdoctor 0.1.0"
    repository: str
    ref: str
    commit: str | None
    environment: str
    rows_from: str  # the version table's place, without secrets
    deployed: str | None
    made_at: str  # ISO 8601, UTC
    rest: str = ""
    run: str = ""


class FilePlan(Struct, frozen=True):
    """Moves that give files the names under which they ran. Steps are in a safe order.

    Cycles go through temporary names already; ``moves`` is the outcome, source to target,
    one pair a file, in version order. ``notes`` say what the reader should know.
    ``before`` and ``after`` are (path, git blob id) of the files that move or change: names alone
    tell neither whether a file was edited since, nor whether an exchange of names was carried out.
    """

    steps: tuple[FileStep, ...]
    moves: tuple[MoveFile, ...]
    notes: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()

    @property
    def schema_lines(self) -> tuple[ReplaceLine, ...]:
        """The steps that change a schema file: it stays where it is."""
        moved = {move.target for move in self.moves} | {move.source for move in self.moves}
        return tuple(
            step for step in self.steps if isinstance(step, ReplaceLine) and step.path not in moved
        )

    def and_also(self, other: "FilePlan") -> "FilePlan":
        """Both plans as one; they touch different files."""
        return FilePlan(
            self.steps + other.steps,
            self.moves + other.moves,
            self.notes + other.notes,
            self.before + other.before,
            self.after + other.after,
        )

    def inverse(self) -> "FilePlan":
        """The plan that takes this one back."""
        return FilePlan(
            tuple(step.inverse() for step in reversed(self.steps)),
            tuple(move.inverse() for move in self.moves),
            ("takes the renames back",),
            self.after,
            self.before,
        )


class Need(Struct, frozen=True):
    """A table, or a column of one, that a migration whose row moves made, as all say that ran."""

    made_by: str  # the file's base name
    table: str
    column: str | None = None


class Needs(Struct, frozen=True):
    """What a plan takes to be in the database.

    ``witnesses`` are tables of other migrations that ran: a database that has none of them, nor of
    what is needed, is a copy of the rows alone, or calls its tables otherwise, and says nothing.
    """

    objects: tuple[Need, ...] = ()
    witnesses: tuple[str, ...] = ()


class DatabaseHome(Struct, frozen=True):
    """The database that a script is for, and under which name it was asked for.

    ``system`` is the server's own identifier, None where it may not be read.
    """

    environment: str
    database: str
    oid: int
    system: str | None


class RowPlan(Struct, frozen=True):
    """Changes that give rows the versions that their files carry now. Steps are in a safe order.

    ``before`` and ``after`` are all rows as texts (`TableRow.text`), sorted; the script stops
    unless it finds just ``before``, and unless it leaves just ``after``. ``schema`` brings the
    schema files in line, in the repository: no database does that. The script stops where the
    database lacks what ``needs`` says; the way back needs nothing.
    """

    table: TableName
    before: tuple[str, ...]
    steps: tuple[RowStep, ...]
    after: tuple[str, ...]
    notes: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()  # row's text -> file name before, for previews
    names_after: tuple[tuple[str, str], ...] = ()  # the same after the plan
    schema: FilePlan = FilePlan((), ())
    needs: Needs = Needs()
    version_column: str = "version"
    lock: MigrationLock | None = None  # that keeps the framework from migrating meanwhile
    home: DatabaseHome | None = None  # the only database that its script runs on, if one

    @property
    def shape(self) -> RowShape:
        """The columns of the rows that the steps know."""
        return shape_of(self.steps, self.version_column)

    def inverse(self) -> "RowPlan":
        """The plan that takes this one back."""
        return RowPlan(
            self.table,
            self.after,
            tuple(step.inverse() for step in reversed(self.steps)),
            self.before,
            ("takes the rewrite back",),
            self.names_after,
            self.names,
            self.schema.inverse() if self.schema.steps else self.schema,
            version_column=self.version_column,
            lock=self.lock,
            home=self.home,
        )


class Refusal(Struct, frozen=True):
    """Why a repair was not planned, and the options that would settle it."""

    why: str
    settle: tuple[str, ...] = ()  # "--accept OLD=NEW", or a command
