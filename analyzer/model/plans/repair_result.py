"""What came of a repair that was asked for; each ending knows the exit status that it means."""

from typing import ClassVar

from analyzer.model.plans.outcome import Ending, Outcome
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_journal import Repair
from analyzer.model.plans.repair_path import PathSteps
from analyzer.model.schema.measure import Check
from analyzer.records import Struct

CLEAN, FOUND = 0, 1


class RepairResult(Struct, frozen=True):
    """A repair that was carried out or tried: how it ended, and what was checked afterwards.

    ``command`` is what was asked for, in the words of the command line. ``closing`` is said last,
    if all went well; ``rest`` is what is left to do.
    """

    command: str
    outcome: Outcome
    checks: tuple[Check, ...] = ()
    repair: Repair | None = None
    closing: str = ""
    rest: PathSteps = ()

    @property
    def status(self) -> int:
        """The exit status; a check that could not be made is said, but is no failure."""
        well = self.outcome.ending in (Ending.DONE, Ending.DRY)
        passed = all(check.passed is not False for check in self.checks)
        return CLEAN if well and passed else FOUND

    @property
    def repaired(self) -> bool:
        """Whether the repair did what it should, though the migrate after it may have to wait."""
        ended = self.outcome.ending is Ending.DONE
        return ended and all(it.passed is not False or it.later for it in self.checks)


class RefusedRepair(Struct, frozen=True):
    """A repair that is not made: something is ambiguous or would do harm."""

    command: str
    refusal: Refusal
    status: ClassVar[int] = FOUND


class DeclinedRepair(Struct, frozen=True):
    """The question was answered with no; nothing was changed."""

    status: ClassVar[int] = FOUND


class EarlierUnfinished(Struct, frozen=True):
    """An earlier repair that had to go first did not end; this one was not begun."""

    earlier: RepairResult

    @property
    def status(self) -> int:
        """The exit status of the earlier one."""
        return self.earlier.status


class SettledRepair(Struct, frozen=True):
    """A repair that was cut off before, and of which it was found out that it is over.

    ``gone``: it is taken back already, as it was asked for.
    """

    repair: Repair
    gone: bool
    closing: str = ""

    @property
    def status(self) -> int:
        """The exit status."""
        return CLEAN if self.gone else FOUND


class TenantEnd(Struct, frozen=True):
    """How it ended for one tenant."""

    member: str
    outcome: Outcome
    repair: Repair | None = None

    @property
    def is_done(self) -> bool:
        """Whether the change was made."""
        return self.outcome.ending is Ending.DONE


class FleetResult(Struct, frozen=True):
    """A repair of a fleet that was carried out, tried or taken back, as far as it went.

    ``id`` names the whole. ``ends`` are the tenants that were begun; ``left`` is how many are
    still to be changed, and ``refused`` names groups and members that no repair is made for.
    ``goes_on`` is the command that changes what is left.
    """

    command: str
    id: str
    ends: tuple[TenantEnd, ...]
    left: int = 0
    refused: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    goes_on: str = ""
    canary: bool = False
    closing: str = ""

    @property
    def failed(self) -> tuple[TenantEnd, ...]:
        """The tenants of which it did not end well."""
        well = (Ending.DONE, Ending.DRY)
        return tuple(end for end in self.ends if end.outcome.ending not in well)

    @property
    def status(self) -> int:
        """The exit status; that canaries leave tenants for later is what was asked for."""
        passed = all(check.passed is not False for check in self.checks)
        whole = self.canary or not (self.left or self.refused)
        return CLEAN if passed and whole and not self.failed else FOUND


RepairEnd = (
    RepairResult | FleetResult | RefusedRepair | DeclinedRepair | EarlierUnfinished | SettledRepair
)
