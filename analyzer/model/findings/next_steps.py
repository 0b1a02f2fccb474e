"""Next steps: what a person is told to do, as data that can be carried out in memory."""

from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.prediction import Loss
from analyzer.model.plans.plan import RowStep
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.model.plans.repair_path import PathSteps

FILES_SCRIPT, ROWS_SCRIPT = "fix.sh", "fix.sql"  # as the printed commands call them


class Action(Struct, frozen=True):
    """A change to rows and files; an empty one leaves everything as it is.

    ``moved`` names a file by its path of today, with what it becomes; ``restored`` ran already, and
    ``added`` is still to run; ``from_zero`` is a rebuild: an empty database that runs all files.
    """

    rows: tuple[RowStep, ...] = ()
    moved: tuple[tuple[str, MigrationFile], ...] = ()
    restored: tuple[MigrationFile, ...] = ()
    added: tuple[MigrationFile, ...] = ()
    removed: tuple[str, ...] = ()
    from_zero: bool = False


LEAVE = Action()


class NextMigrate(Struct, frozen=True):
    """Whether a migrate may be recommended in some state, and what it would do.

    ``because`` says why not, in a sentence without its full stop; ``settle`` what would settle it.
    ``mends`` is the tool's own command that mends what it refuses, empty where it has none.
    ``announced`` is what the migrations' own texts say that they remove.
    """

    safe: bool
    runs: tuple[MigrationFile, ...] = ()
    announced: tuple[Loss, ...] = ()
    because: str = ""
    settle: str = ""
    certain: bool = False  # that harm is certain; else only that it is not known
    mends: str = ""
    destroys: bool = False  # what no migration's text announces


SAFE = NextMigrate(safe=True)


class Verdict(Struct, frozen=True):
    """The verdict on an action: it may be recommended if it has no ``faults``.

    Each fault is a sentence without its full stop. ``migrate`` is about the migrate after it.
    """

    faults: tuple[str, ...]
    migrate: NextMigrate

    @property
    def allowed(self) -> bool:
        """Whether the action may be recommended."""
        return not self.faults


class CommitAhead(Struct, frozen=True):
    """A commit that the checkout lacks, and with which nothing is left to be mended.

    ``why`` and ``says``, what to do, are sentences without their full stop.
    """

    why: str
    says: str
    command: str


class NextStep(Struct, frozen=True):
    """One thing to do next: in words, with the command that does it where there is one."""

    says: str
    command: str | None = None


class InPlaceRepair(Struct, frozen=True):
    """A repair in place: how many changes it makes, or why it is not to be taken.

    ``path`` are the steps that carry it out, whichever way is the best.
    """

    changes: int = 0
    refused: str | None = None
    migrate: NextMigrate | None = None
    path: "PathSteps" = ()

    @property
    def open(self) -> bool:
        """Whether there is something that it changes, and it may be recommended."""
        return self.refused is None and self.changes > 0


class NextSteps(Struct, frozen=True):
    """All that is advised for one environment, in order.

    ``left`` are rows, by stored text, that are right as they are though they look diverged;
    ``runs_again`` the files that the next migrate would start though they ran already.
    ``path`` is all that is to be done, in order; every command prints the rest of it.
    """

    migrate: NextMigrate = SAFE
    files: InPlaceRepair = InPlaceRepair()
    rows: InPlaceRepair = InPlaceRepair()
    left: frozenset[str] = frozenset()
    runs_again: tuple[MigrationFile, ...] = ()
    steps: tuple[NextStep, ...] = ()
    path: "PathSteps" = ()
    asked: str = ""  # the options by which a command means the same repository and database
    note: str = ""  # what to set before them, such as PGPASSWORD
    of_fleet: str = ""  # the options by which repairs mean the whole fleet, of a group of it

    @property
    def asked_of_repairs(self) -> str:
        """The options of ``rewrite`` and ``rename-back``; of the others they are ``asked``."""
        return self.of_fleet or self.asked
