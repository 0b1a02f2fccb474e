"""A rehearsal in words, and as JSON."""

import json
from collections.abc import Iterator

from analyzer.model.plans.rehearsal import NOT_STARTED, MigrateRun, Rehearsal
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.repair.repair_text import render_checks
from analyzer.report.repair_path_text import render_rest
from analyzer.report.wrapping import filled

_SHOWN = 12  # lines of a change in structure
_TAIL = 15  # lines of a command that failed


def render(rehearsal: Rehearsal, width: int) -> str:
    """The verdict first, then what was checked, changed and left out."""
    return "\n".join([*_lines(rehearsal, width), ""])


def _lines(rehearsal: Rehearsal, width: int) -> Iterator[str]:
    yield _filled(_verdict(rehearsal), width, "")
    yield ""
    yield _filled(f"Copy:   {rehearsal.source}, in {rehearsal.scratch}", width, " " * 8)
    steps = count(rehearsal.steps, "step") if rehearsal.steps else "nothing to change"
    yield f"Repair: {rehearsal.repair}, {steps}"
    if rehearsal.follow_up:
        yield _filled(f"Follow-up: {rehearsal.follow_up}", width, " " * 11)
    yield "\nChecked on the copy"
    yield render_checks(rehearsal.checks, width)
    if rehearsal.migrate is not None:
        yield from _migrate(rehearsal.migrate, width)
    if rehearsal.not_rehearsed:
        yield "\nNot rehearsed"
        yield from (
            _filled(f"  - {visible(text)}", width, "    ") for text in rehearsal.not_rehearsed
        )
    if rehearsal.rest:
        yield f"\n{render_rest(rehearsal.rest, width)}"


def _verdict(rehearsal: Rehearsal) -> str:
    if not rehearsal.steps and rehearsal.safe:
        return f"Nothing to rehearse: the {rehearsal.repair} would change nothing here."
    if not rehearsal.steps:
        return (
            f"Not repaired: the {rehearsal.repair} would change nothing here, and what FAILED "
            "below stays as it is."
        )
    failed = [check.name for check in rehearsal.checks if check.passed is False]
    if rehearsal.migrate is not None and not rehearsal.migrate.started and failed == ["migrate"]:
        return (
            f"The migrate command could not be tried: {NOT_STARTED[rehearsal.migrate.status]}. "
            f"All else about the {rehearsal.repair} passed on the copy."
        )
    if not rehearsal.safe:
        waits = "works on a copy, but the next migrate after it would not: do not migrate yet."
        unsafe = f"Not safe: the {rehearsal.repair} did not pass on the copy."
        return f"The {rehearsal.repair} {waits}" if rehearsal.repairs else unsafe
    if rehearsal.not_rehearsed:
        return f"Safe on a copy: the {rehearsal.repair} works; see what was not rehearsed."
    return f"Safe: the {rehearsal.repair} works on a copy."


def _migrate(migrate: MigrateRun, width: int) -> Iterator[str]:
    ran = ", ".join(migrate.ran) or "nothing"
    yield ""
    yield _filled(f"The migrate command ran: {ran}", width, "  ")
    changes = [f"  - {line}" for line in migrate.change.gone]
    changes += [f"  + {line}" for line in migrate.change.new]
    if not changes:
        yield "  and changed no structure"
    yield from (_filled(visible(line), width, "    ") for line in changes[:_SHOWN])
    if len(changes) > _SHOWN:
        yield f"  and {len(changes) - _SHOWN} more"
    if migrate.status:
        yield "\nThe last output of the migrate command"
        yield from (
            f"  {visible(line.expandtabs(2))}" for line in migrate.output.splitlines()[-_TAIL:]
        )


def render_json(rehearsal: Rehearsal) -> str:
    """All of it, for programs."""
    migrate = rehearsal.migrate
    document = {
        "format": 1,
        "safe": rehearsal.safe,
        "repair": rehearsal.repair,
        "steps": rehearsal.steps,
        "source": rehearsal.source,
        "scratch": rehearsal.scratch,
        "checks": [
            {"name": check.name, "passed": check.passed, "detail": check.detail}
            for check in rehearsal.checks
        ],
        "migrate": {
            "command": migrate.command,
            "status": migrate.status,
            "ran": list(migrate.ran),
            "gone": list(migrate.change.gone),
            "new": list(migrate.change.new),
            "output": migrate.output,
        }
        if migrate
        else None,
        "follow_up": rehearsal.follow_up or None,
        "not_rehearsed": list(rehearsal.not_rehearsed),
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _filled(text: str, width: int, indent: str) -> str:
    return filled(text, width, rest=indent)
