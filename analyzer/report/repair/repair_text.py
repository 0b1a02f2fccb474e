"""Repairs in words: what was checked afterwards, how it ended, what the journal holds."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analyzer.model.core.fleet import FleetKind
from analyzer.model.plans.outcome import Ending, Outcome
from analyzer.model.plans.repair_journal import FleetPart, Repair, RepairKind
from analyzer.model.plans.repair_journal_document import to_document
from analyzer.model.schema.measure import Check
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.wrapping import filled

_OPEN = " (cut off, or still running)"
_MARKS = {True: "ok", False: "FAILED", None: "not known"}


def render_checks(checks: Iterable[Check], width: int) -> str:
    """One paragraph a check, with a hanging indent."""
    return "\n".join(_check(check, width) for check in checks)


def _check(check: Check, width: int) -> str:
    mark = "NOT YET" if check.later else _MARKS[check.passed]
    head = f"  {mark:<9} {check.name}: "
    return _filled(f"{head}{check.detail}", width, " " * 12)


def render_outcome(outcome: Outcome, command: str, width: int) -> str:
    """Say what happened, and after a failure why and what to do."""
    if outcome.ending in (Ending.DONE, Ending.DRY):
        return "\n".join(_filled(line, width, "  ") for line in outcome.what.splitlines())
    head = f"migdoctor {command}: {outcome.what}"
    lines = [_filled(head, width, "  ")]
    why = [*outcome.why.splitlines()]
    lines += [_filled(f"  why: {line}", width, "       ") for line in why[:1]]
    lines += [_filled(f"       {line}", width, "       ") for line in why[1:]]
    lines += [_filled(f"  fix: {outcome.fix}", width, "       ")] if outcome.fix else []
    return "\n".join(lines)


def render_way_back(repair: Repair, commit: str = "") -> str:
    """What taking a repair back changes, a line each step; what runs, and what does it again.

    Args: commit: the one that has it; what is taken back is then to be committed before the files
        may move once more.
    """
    head = f"Taking back repair {repair.id}, {repair.kind} of {repair.time}:"
    steps = [*(repair.file_part.steps if repair.file_part is not None else ()), *repair.steps]
    again = "" if not commit else ", once that is committed"
    end = (f"Script:   {repair.way_back.path}", f"Way back: migdoctor {repair.kind} --apply{again}")
    return "\n".join([head, *(f"  {visible(_undone(step))}" for step in reversed(steps)), *end])


def _undone(step: Mapping[str, Any]) -> str:
    match step:
        case {"step": "MoveFile", "source": source, "target": target}:
            folder, _, name = str(source).rpartition("/")
            same = folder == str(target).rpartition("/")[0]
            return f"{target} gets the name {name if same else source}"
        case {"step": "ReplaceLine", "path": path, "line": line}:
            return f"line {line} of {path} is put back"
        case {"step": "UpdateRow", "old": old, "new": new}:
            return f"row {new} gets the version {old}"
        case {"step": "DeleteRow", "version": version}:
            return f"row {version} comes back"
        case {"step": "InsertRow", "version": version}:
            return f"row {version} goes"
        case _:
            return str(step)


def render_journal(repairs: Sequence[Repair], width: int) -> str:
    """List repairs, the newest first."""
    if not repairs:
        return "No repair was carried out by this user account.\n"
    fleets: dict[str, list[Repair]] = {}
    for repair in repairs:
        whole = repair.fleet.id if repair.fleet is not None else repair.id
        fleets.setdefault(whole, []).append(repair)
    told = (
        _repair(them[0], width) if them[0].fleet is None else _fleet(them[0].fleet, them, width)
        for them in reversed(fleets.values())
    )
    return "\n".join(told)


def _fleet(part: FleetPart, repairs: Sequence[Repair], width: int) -> str:
    """The repair of a fleet in one paragraph, however many tenants it has."""
    states = Counter(str(repair.state) for repair in repairs)
    first, last = repairs[0], max(repairs, key=lambda it: it.changed)
    database = first.database
    where = f" in database {database.name}" if database and part.kind is FleetKind.SCHEMA else ""
    server = f" at {database.server}" if database else ""
    lines = [
        f"{part.id}  {first.kind} of a fleet  "
        + ", ".join(f"{number} {state}" for state, number in sorted(states.items())),
        f"  when: {first.time}, last changed {last.changed}",
        f"  who:  {first.who.account}" + (f", {first.who.git}" if first.who.git else ""),
        f"  what: {count(len(repairs), part.kind.value)} of {part.pattern}{where}{server}",
        f"  way back: migdoctor undo {part.id}; of one of them: undo {first.id}",
    ]
    return "\n".join(_filled(visible(line), width, "        ") for line in lines) + "\n"


def render_journal_json(repairs: Sequence[Repair]) -> str:
    """List repairs as JSON, the oldest first."""
    document = {"format": 1, "repairs": [to_document(repair) for repair in repairs]}
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def render_repair_json(repair: Repair | None, outcome: Outcome, checks: Sequence[Check]) -> str:
    """One carried out repair as JSON."""
    document = {
        "format": 1,
        "outcome": {
            "ending": outcome.ending,
            "what": outcome.what,
            "why": outcome.why,
            "fix": outcome.fix,
        },
        "repair": to_document(repair) if repair else None,
        "checks": [
            {"name": check.name, "passed": check.passed, "detail": check.detail} for check in checks
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _repair(repair: Repair, width: int) -> str:
    who = repair.who.account + (f", {repair.who.git}" if repair.who.git else "")
    lines = [
        f"{repair.id}  {repair.kind}  {repair.state}{_OPEN * repair.state.is_open}",
        f"  when: {repair.time}, last changed {repair.changed}",
        f"  who:  {who}",
        f"  what: {_target(repair)}",
        f"  way back: {repair.way_back.path}",
    ]
    if repair.file_part is not None:
        lines.append(f"  way back of the files: {repair.file_part.way_back.path}")
    if repair.follow_up is not None:
        lines.append(f"  follow-up: {repair.follow_up.path}")
    if repair.settled:
        lines.append(f"  note: {' '.join(repair.settled.split())}")
    return "\n".join(_filled(visible(line), width, "        ") for line in lines) + "\n"


def _target(repair: Repair) -> str:
    if repair.kind is RepairKind.RENAME_BACK or repair.database is None:
        return f"files in {repair.repository.path}"
    database = repair.database
    also = f", and files in {repair.repository.path}" if repair.file_part is not None else ""
    return f"{database.table} in database {database.name} at {database.server}{also}"


def _filled(text: str, width: int, indent: str) -> str:
    return filled(text, width, rest=indent)
