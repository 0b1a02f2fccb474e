"""What came of a repair: shown, and turned into the exit status."""

import sys

from analyzer.cli.terminal.console import deliver, insist, say, with_place
from analyzer.cli.terminal.screen import screen
from analyzer.cli.terminal.stream import is_terminal
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_result import (
    FleetResult,
    RefusedRepair,
    RepairEnd,
    RepairResult,
    SettledRepair,
)
from analyzer.report.artefact import ArtefactKind

REFUSED = 1


def refuse(command: str, refusal: Refusal) -> int:
    """Say why it is refused, and return the exit status; nothing goes to standard output."""
    from analyzer.report.repair.repair_refusal import render_refusal

    told = with_place(render_refusal(refusal, command))
    if is_terminal(sys.stderr):
        from analyzer.cli.terminal.complaint import fitted

        told = fitted(told, screen(sys.stderr))
    insist(told, carry=False)
    return REFUSED


def conclude(ended: RepairEnd, *, as_json: bool, output: str | None) -> int:
    """Say how it ended and what was checked; return the exit status."""
    if isinstance(ended, RefusedRepair):
        return refuse(ended.command, ended.refusal)
    if isinstance(ended, FleetResult):
        _show_fleet(ended, as_json=as_json, output=output)
    if isinstance(ended, RepairResult):
        _show(ended, as_json=as_json, output=output)
    if (
        isinstance(ended, RepairResult | FleetResult | SettledRepair)
        and ended.closing
        and not ended.status
    ):
        say(ended.closing)
    return ended.status


def _show(ended: RepairResult, *, as_json: bool, output: str | None) -> None:
    from analyzer.report.messages import render_result
    from analyzer.report.repair.repair_text import render_repair_json

    say(render_result(ended, screen(sys.stderr).width))
    if as_json:
        document = render_repair_json(ended.repair, ended.outcome, ended.checks)
        deliver(document, output, ArtefactKind.JSON)


def _show_fleet(ended: FleetResult, *, as_json: bool, output: str | None) -> None:
    from analyzer.report.repair.fleet_text import render_fleet, render_fleet_json

    say(render_fleet(ended, screen(sys.stderr).width))
    if as_json:
        deliver(render_fleet_json(ended), output, ArtefactKind.JSON)
