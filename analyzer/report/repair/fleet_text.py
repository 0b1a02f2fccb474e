"""How the repair of a fleet ended, for people and as JSON."""

import json
from collections.abc import Iterator

from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.repair_result import FleetResult, TenantEnd
from analyzer.model.words.wording import count, listed
from analyzer.report.repair.repair_text import render_checks
from analyzer.report.wrapping import filled

_SHOWN = 20  # tenants that did not go well
_DONE = {"undo": "taken back", "rewrite --dry-run": "tried, all but the last step"}


def render_fleet(result: FleetResult, width: int) -> str:
    """Say what was done, what was not and why, what was checked, and how to go on."""
    lines = [filled(line, width, rest="  ") for line in _lines(result)]
    if result.checks:
        lines += ["Checked afterwards:", render_checks(result.checks, width)]
    if result.goes_on:
        lines += ["", "To go on:", f"  {result.goes_on}"]
    return "\n".join(lines)


def _lines(result: FleetResult) -> Iterator[str]:
    well = len(result.ends) - len(result.failed)
    if not result.ends and not result.left:
        yield "No row needs another version."
    else:
        done = _DONE.get(result.command, "rewritten")
        yield f"{count(well, 'tenant')} {done}{_rest(result)}."
    for end in result.failed[:_SHOWN]:
        yield f"  {end.member}: {end.outcome.what}"
        yield f"    why: {end.outcome.why}"
        yield f"    fix: {end.outcome.fix}"
    if result.failed[_SHOWN:]:
        yield f"  and {len(result.failed) - _SHOWN} more"
    if result.refused:
        yield f"Left as they are, see above: {listed(result.refused, _SHOWN)}"


def _rest(result: FleetResult) -> str:
    parts = []
    if result.failed:
        parts.append(f"{len(result.failed)} not")
    waiting = result.left - len(result.failed)
    if waiting > 0:
        parts.append(f"{waiting} still to come")
    return "".join(f", {part}" for part in parts)


def render_fleet_json(result: FleetResult) -> str:
    """The same as JSON."""
    document = {
        "format": 1,
        "fleet": {
            "id": result.id,
            "done": [end.member for end in result.ends if end.outcome.ending is Ending.DONE],
            "failed": [_failed(end) for end in result.failed],
            "left": result.left,
            "refused": list(result.refused),
            "goes_on": result.goes_on or None,
        },
        "checks": [
            {"name": check.name, "passed": check.passed, "detail": check.detail}
            for check in result.checks
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _failed(end: TenantEnd) -> dict[str, str]:
    outcome = end.outcome
    return {
        "member": end.member,
        "ending": outcome.ending,
        "what": outcome.what,
        "why": outcome.why,
        "fix": outcome.fix,
    }
