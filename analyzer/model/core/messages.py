"""What a service says while it works, as data: whoever is told puts it into words.

A plain text is a message too; these are the ones whose form depends on where they are shown.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.model.findings.follow_up import FollowUp
    from analyzer.model.plans.journal import Repair
    from analyzer.model.plans.repair_result import RepairResult
    from analyzer.model.recovery.recovery import Plan, StepKind


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reader should know, a paragraph each."""

    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HiddenEdits:
    """What edits of renamed files hid."""

    found: "FollowUp"


@dataclass(frozen=True, slots=True)
class OutputText:
    """What belongs on standard output while the work goes on; ``code`` is shown as it is."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class TakingBack:
    """The repair that is about to be taken back."""

    repair: "Repair"


@dataclass(frozen=True, slots=True)
class EarlierEnded:
    """How an earlier repair ended that had to go first."""

    result: "RepairResult"


@dataclass(frozen=True, slots=True)
class RecoverySteps:
    """The steps of a recovery, and which of them are done."""

    plan: "Plan"
    done: tuple["StepKind", ...]


@dataclass(frozen=True, slots=True)
class RecoveryUnfinished:
    """A recovery that was interrupted: its folder, which the commands name that go on or back."""

    folder: "Path"


Message = (
    str
    | Notes
    | HiddenEdits
    | OutputText
    | TakingBack
    | EarlierEnded
    | RecoverySteps
    | RecoveryUnfinished
)
