"""What a service says while it works, in words; what renders them loads when it is said."""

from collections.abc import Iterable
from typing import assert_never

from analyzer.model.core.messages import (
    Diagnosed,
    EarlierEnded,
    FleetEnded,
    HiddenEdits,
    Message,
    Notes,
    OutputText,
    PlanPreview,
    Reasons,
    RecoverySteps,
    RecoveryUnfinished,
    RefusalTold,
    Rehearsed,
    RestOfPath,
    StepTold,
    TakingBack,
)
from analyzer.model.plans.repair_result import RepairResult


def render_message(message: Message, width: int) -> str:  # noqa: C901, PLR0911  one for each message
    """Put a message into words, for people; ``width`` is in columns."""
    match message:
        case (str() as text) | OutputText(text):
            return text
        case Reasons(reasons):
            return _items(reasons, width)
        case PlanPreview(difference):
            return difference
        case Notes(notes):
            from analyzer.report.repair.repair_refusal import render_notes

            return render_notes(notes, width)
        case HiddenEdits(found):
            from analyzer.report.repair.follow_up_text import render_hidden

            return render_hidden(found, width)
        case TakingBack(repair, commit):
            from analyzer.report.repair.repair_text import render_way_back

            return render_way_back(repair, commit)
        case EarlierEnded(result):
            return render_result(result, width)
        case RecoverySteps(plan, done):
            from analyzer.report.recovery.recovery_text import render_steps

            return render_steps(plan, done, width)
        case RecoveryUnfinished(folder):
            from analyzer.report.recovery.recovery_text import render_unfinished

            return render_unfinished(folder)
        case Diagnosed() | Rehearsed() | RefusalTold() | FleetEnded():
            return _render_found(message, width)
        case RestOfPath() | StepTold():
            return _paragraph(message, width)
        case _:
            assert_never(message)


def _paragraph(message: RestOfPath | StepTold, width: int) -> str:
    """What stands apart from what was said before; empty where there is nothing to say."""
    if isinstance(message, StepTold):
        from analyzer.report.wrapping import filled

        return f"\n{filled(message.text, width)}"
    from analyzer.report.repair_path_text import render_rest

    told = render_rest(message.path, width)
    return f"\n{told}" if told else ""


def _render_found(message: Diagnosed | Rehearsed | RefusalTold | FleetEnded, width: int) -> str:
    """What was found on the guided way."""
    match message:
        case Diagnosed(report, migrate):
            from analyzer.report.diagnosis.terminal import render_verdict
            from analyzer.report.diagnosis.terminal_layout import Style

            return render_verdict(report, Style(width, colour=False), migrate)
        case Rehearsed(rehearsal):
            from analyzer.records import replace
            from analyzer.report.repair.rehearsal_text import render

            return render(replace(rehearsal, rest=()), width)
        case FleetEnded(ended):
            from analyzer.report.repair.fleet_text import render_fleet

            return render_fleet(ended, width)
        case RefusalTold(command, refusal):
            from analyzer.report.repair.repair_refusal import render_refusal

            return render_refusal(refusal, command)


def render_result(result: RepairResult, width: int) -> str:
    """How a repair ended, and what was checked afterwards."""
    from analyzer.report.repair.repair_text import render_checks, render_outcome

    told = render_outcome(result.outcome, result.command, width)
    if result.checks:
        told += f"\nChecked afterwards:\n{render_checks(result.checks, width)}"
    if result.rest and (result.repaired or not result.status):
        from analyzer.report.repair_path_text import render_rest

        told += f"\n\n{render_rest(result.rest, width)}"
    return told


def _items(texts: Iterable[str], width: int) -> str:
    from analyzer.report.wrapping import filled

    return "\n".join(filled(f"- {it}", width, rest="  ") for it in texts)
