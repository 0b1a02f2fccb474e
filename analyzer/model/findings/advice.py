"""Advice: which way of recovery suits an environment, what it costs, and what it leaves."""

from enum import Enum
from typing import TYPE_CHECKING

from analyzer.model.core.version import VersionKey
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.joint_choice import JointChoice
from analyzer.model.findings.next_steps import SAFE, CommitAhead, NextMigrate, NextStep
from analyzer.model.findings.prediction import Loss
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.model.plans.repair_path import PathSteps


class RecoveryOption(Enum):
    """A way to recover; ``option`` is its number in the runbooks that teams write for this hour."""

    RENAME_BACK = "rename-back"
    REWRITE = "rewrite"
    FULL = "recover full"
    TABLES = "recover tables"

    @property
    def option(self) -> int:
        """1: backup and restore of all; 2: mend in place; 3: table by table."""
        return {RecoveryOption.FULL: 1, RecoveryOption.TABLES: 3}.get(self, 2)


class Fitness(Enum):
    """How well a way suits a case."""

    BEST = "best"
    POSSIBLE = "possible"
    NOT_HERE = "not-here"


class Minutes(Struct, frozen=True):
    """How long something takes. ``basis`` says what the range rests on."""

    low: float
    high: float
    basis: str


class Rate(Struct, frozen=True):
    """Bytes on disk that a dump reads in a second: its slowest and its fastest moment."""

    low: float
    high: float


class Volume(Struct, frozen=True):
    """How much data there is. ``rows`` is the planner's estimate, None where it has none."""

    size: int  # bytes on disk, indexes apart
    rows: int | None
    tables: int
    largest: tuple[tuple[str, int], ...] = ()  # name and bytes, largest first


class RepairSize(Struct, frozen=True):
    """The size of a repair in place: how many changes, or why it was refused; and its steps."""

    changes: int
    refused: str | None = None
    path: "PathSteps" = ()


class Naming(Struct, frozen=True):
    """The options by which a printed command means what this one was asked about.

    ``asked`` is for commands that look at repository and rows, ``database`` for those that know
    the database only. ``note`` says what to set before them; empty where there is nothing to set.
    """

    asked: str = ""
    database: str = ""
    note: str = ""


class Situation(Struct, frozen=True):
    """One environment, as far as advice depends on it. Counts are of migrations."""

    environment: str
    place: str
    versions: frozenset[VersionKey]  # the applied ones
    renames: tuple[
        tuple[VersionKey, VersionKey], ...
    ]  # version that ran here, version of its file today
    reused: int  # versions that ran and name another migration today
    gone: int  # ran, and have no file any more
    open: int  # rows that could stand for several files
    edited: int  # changed in what they do since they ran here
    stops: str | None  # why the next migrate fails
    losses: tuple[Loss, ...]  # what the next migrate would destroy
    files: RepairSize
    rows: RepairSize
    unattested: tuple[str, ...] = ()  # rows whose objects the database lacks, a sentence each
    volume: Volume | None = None
    rate: Rate | None = None
    git: str = "git"  # as it is called from the current folder
    rows_file: str | None = None  # what named the rows where no database did; - is standard input
    rebuild: RepairSize = RepairSize(
        1
    )  # refused where migrations from scratch do not make this database
    steps: tuple[NextStep, ...] = ()  # repairs of single rows and files, each with its command
    migrate: NextMigrate = SAFE  # as things are
    told: tuple[str, ...] = ()  # what is to be left as it is, or looked at, a sentence each
    naming: Naming = Naming()
    left: "PathSteps" = ()  # what a person is to write or to merge, where no repair is ahead
    drafts: bool = True  # whether the framework is one that migrations are written for
    can_rehearse: bool = True  # whether there is a server to rehearse on
    nowhere: str | None = None  # the engine that nothing can be rehearsed on at all
    scratch_order: str = ""  # where a migrate from scratch stops because of the new names
    ahead: CommitAhead | None = None  # the commit to bring the checkout up to, if that is all
    own_scratch: str | None = None  # the engine of which the user must name a database for it
    whose: str = ""  # a sentence that says so where it is not production's

    @property
    def diverged(self) -> bool:
        """Whether rows and files disagree about what ran; a row without its file is no harm."""
        return bool(self.renames or self.reused or self.open)

    @property
    def sound(self) -> bool:
        """Whether there is nothing to repair."""
        return not (self.diverged or self.unattested or self.steps) and not self.migrate.certain


class Assessment(Struct, frozen=True):
    """One way, judged for one environment; ``commands`` are in the order in which they run."""

    way: RecoveryOption
    fitness: Fitness
    because: tuple[str, ...]
    minutes: Minutes
    risks: tuple[str, ...]
    cannot_fix: tuple[str, ...]
    commands: tuple[str, ...]


class Advice(Struct, frozen=True):
    """All ways for one environment, the best first.

    ``settle`` says what must be decided before any of them; then none is the best. ``plan`` is
    what to do, in order.
    """

    situation: Situation
    assessments: tuple[Assessment, ...]
    settle: tuple[str, ...] = ()
    plan: "PathSteps" = ()

    @property
    def wanted(self) -> bool:
        """Whether there is something to decide or to do."""
        return bool(self.settle or self.assessments)

    @property
    def choice(self) -> Assessment | None:
        """The way to take; None where nothing is to be done, or something is to be settled."""
        first = self.assessments[0] if self.assessments else None
        return first if first is not None and first.fitness is Fitness.BEST else None


class AdviceForAll(Struct, frozen=True):
    """The advice on all environments: each one's own, and what to do for all, in order.

    ``joint`` is None where there is but one; ``unread`` could not be read.
    """

    advices: tuple[Advice, ...]
    plan: "PathSteps" = ()
    joint: JointChoice | None = None
    unread: tuple[UnreadEnvironment, ...] = ()

    @property
    def wanted(self) -> bool:
        """Whether there is something to decide or to do."""
        return any(advice.wanted for advice in self.advices)
