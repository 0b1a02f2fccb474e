"""Prediction: what the next migrate would do to one database, migration by migration."""

from enum import StrEnum

from analyzer.model.core.migration import MigrationFile
from analyzer.records import Struct


class Basis(StrEnum):
    """What a prediction starts from."""

    CATALOG = "catalog"  # the live database's own schema
    FILES = "files"  # the schema that the files which ran add up to


class MigrationOutcome(StrEnum):
    """What becomes of one migration."""

    RUNS = "runs"
    NO_OP = "no-op"  # it runs and changes nothing
    DESTROYS = "destroys"  # it runs, and data is gone afterwards
    FAILS = "fails"
    UNKNOWN = "unknown"
    NEVER_RUNS = "never-runs"  # passed over in silence
    REFUSED = "refused"  # the framework stops before it starts any
    NOT_REACHED = "not-reached"  # one before it fails


class LossKind(StrEnum):
    """What is lost."""

    TABLE = "table"  # dropped
    EMPTIED = "emptied"  # dropped and made anew, or truncated
    ROWS = "rows"  # deleted
    VALUES = "values"  # overwritten
    COLUMN = "column"  # dropped
    PRECISION = "precision"  # a type that holds less


class Loss(Struct, frozen=True):
    """Data that the next migrate would destroy.

    ``rows`` is an estimate of how many rows lose something, at most; None where there is none.
    ``bytes`` is the size of what goes, None where it is not known. ``announced``: the text of a
    migration that never ran here says that it removes this (DROP TABLE, remove_column, DELETE,
    TRUNCATE). What goes beside that is not announced: all that a migration takes when it runs
    again, what ``force: true`` or a DROP before a CREATE empties, what is overwritten, made
    coarser, or taken along by a cascade. ``by_key``: a foreign key does it, to rows of another
    table than the file names. ``allowed`` is the reason that a comment in the migration gives.
    """

    file: MigrationFile
    what: str
    kind: LossKind
    table: str
    line: int
    rows: int | None = None
    bytes: int | None = None
    announced: bool = False
    by_key: bool = False
    allowed: str = ""

    @property
    def is_reworked(self) -> bool:
        """Whether every row stays and the text says what becomes of the values in it."""
        return self.kind in {LossKind.VALUES, LossKind.PRECISION} and not self.by_key


class Failure(Struct, frozen=True):
    """The first migration at which the next migrate would stop, or all of it (``file`` None).

    ``error`` is the class that is raised, such as PG::DuplicateTable; ``stays`` what the failing
    migration has done and no transaction takes back; ``repeats``: what
    it makes is there already; ``retry`` where it would stop if it were tried again, if elsewhere;
    ``mends`` is the tool's own command that mends it, empty where it has none.
    """

    file: MigrationFile | None
    reason: str
    error: str = ""
    line: int | None = None
    stays: tuple[str, ...] = ()
    repeats: bool = False
    retry: str | None = None
    mends: str = ""

    @property
    def said(self) -> str:
        """The reason in one line, as a sentence takes it in: a tool's own may have several."""
        return " ".join(self.reason.split())


class Forecast(Struct, frozen=True):
    """What would become of one pending migration.

    ``because`` says why, in a sentence without its full stop; ``settle`` what would decide an
    unknown; ``rests_on`` is the first earlier migration whose outcome is not known, None where all
    are: if that one stops, this one never runs.
    """

    file: MigrationFile
    outcome: MigrationOutcome
    because: str
    line: int | None = None
    losses: tuple[Loss, ...] = ()
    settle: str | None = None
    rests_on: MigrationFile | None = None


class LeftOut(Struct, frozen=True):
    """A file that never ran and never will: the framework passes it over, and says nothing.

    ``reason`` is a sentence without its full stop.
    """

    file: MigrationFile
    reason: str


class NextRun(Struct, frozen=True):
    """The files that the next run starts, in the framework's order, and those that it leaves out.

    ``refuses``: it stops before the first of them; ``starts`` are then those that have to wait.
    """

    starts: tuple[MigrationFile, ...]
    never_runs: tuple[LeftOut, ...] = ()
    refuses: Failure | None = None


class Prediction(Struct, frozen=True):
    """What the next migrate would do, up to the first failure.

    ``would_run`` are the migrations that it runs to the end, in order; ``migrations`` has one
    forecast for each of them and for the one that fails. ``waits`` are those that it does not come
    to: what is behind the one that fails, or all of them where it refuses to start any, as
    ``refused`` says; ``fails_at`` is then the refusal.
    """

    would_run: tuple[MigrationFile, ...]
    fails_at: Failure | None
    destroys: tuple[Loss, ...]
    migrations: tuple[Forecast, ...] = ()
    basis: Basis = Basis.FILES
    never_runs: tuple[LeftOut, ...] = ()
    waits: tuple[MigrationFile, ...] = ()
    refused: bool = False

    @property
    def may_fail(self) -> tuple[MigrationFile, ...]:
        """The migrations of which only a run shows whether they get through."""
        return tuple(it.file for it in self.migrations if it.outcome is MigrationOutcome.UNKNOWN)

    @property
    def refuses(self) -> Failure | None:
        """Why the framework starts none; None where it starts one, or has nothing to start."""
        return self.fails_at if self.refused else None
