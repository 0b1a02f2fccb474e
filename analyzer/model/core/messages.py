"""What a service says while it works, as data: whoever is told puts it into words.

A plain text is a message too; these are the ones whose form depends on where they are shown.
"""

from typing import TYPE_CHECKING

from analyzer.records import Struct

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.model.findings.follow_up import FollowUp
    from analyzer.model.findings.report import Report
    from analyzer.model.plans.plan import Refusal
    from analyzer.model.plans.rehearsal import Rehearsal
    from analyzer.model.plans.repair_journal import Repair
    from analyzer.model.plans.repair_path import PathSteps
    from analyzer.model.plans.repair_result import FleetResult, RepairResult
    from analyzer.model.recovery.recovery import Plan
    from analyzer.model.recovery.recovery_steps import StepKind


class Notes(Struct, frozen=True):
    """What a reader should know, a paragraph each."""

    notes: tuple[str, ...]


class Reasons(Struct, frozen=True):
    """Why something is advised, an item each."""

    reasons: tuple[str, ...]


class StepTold(Struct, frozen=True):
    """One sentence that explains what comes next; it begins a paragraph."""

    text: str


class PlanPreview(Struct, frozen=True):
    """What a plan changes: the whole difference, and in a line for each change."""

    difference: str
    summary: str


class HiddenEdits(Struct, frozen=True):
    """What edits of renamed files hid."""

    found: "FollowUp"


class OutputText(Struct, frozen=True):
    """What belongs on standard output while the work goes on; ``code`` is shown as it is."""

    text: str
    code: bool = False


class TakingBack(Struct, frozen=True):
    """The repair that is about to be taken back, and the commit that has it; empty for none."""

    repair: "Repair"
    commit: str = ""


class EarlierEnded(Struct, frozen=True):
    """How an earlier repair ended that had to go first."""

    result: "RepairResult"


class FleetEnded(Struct, frozen=True):
    """How the repair of a fleet ended that is a step of more."""

    result: "FleetResult"


class RecoverySteps(Struct, frozen=True):
    """The steps of a recovery, and which of them are done."""

    plan: "Plan"
    done: tuple["StepKind", ...]


class RecoveryUnfinished(Struct, frozen=True):
    """A recovery that was interrupted: its folder, which the commands name that go on or back."""

    folder: "Path"


class Diagnosed(Struct, frozen=True):
    """What a diagnosis found, for whoever wants the verdict; ``migrate`` runs what is pending."""

    report: "Report"
    migrate: str


class Rehearsed(Struct, frozen=True):
    """What a rehearsal found."""

    rehearsal: "Rehearsal"


class RefusalTold(Struct, frozen=True):
    """What was asked for and is not done, and why."""

    command: str
    refusal: "Refusal"


class RestOfPath(Struct, frozen=True):
    """What is left to do, from where a command stands."""

    path: "PathSteps"


Message = (
    str
    | Notes
    | HiddenEdits
    | OutputText
    | PlanPreview
    | Reasons
    | StepTold
    | TakingBack
    | EarlierEnded
    | FleetEnded
    | RecoverySteps
    | RecoveryUnfinished
    | Diagnosed
    | Rehearsed
    | RefusalTold
    | RestOfPath
)
