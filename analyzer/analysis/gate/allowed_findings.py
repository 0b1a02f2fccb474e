"""What the team allows: comments in migrations, recorded renames, severities of its own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from analyzer.analysis.gate.fix_steps import Mender
from analyzer.analysis.renames.decisions import PairIndex, by_key, key
from analyzer.frameworks.base import Numbering
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import CODES, Finding, Severity
from analyzer.model.gate.gate import (
    Allowance,
    Allowed,
    Moved,
    RecordedRename,
    RecordedRenames,
    SeverityByCode,
)
from analyzer.model.plans.gate_steps import Steps

_COMMENT = re.compile(rb"#[ \t]*migdoctor:allow\b[ \t]*(\w*)[ \t:,-]*([^\r\n]*)")


def read_allowances(path: str, content: bytes, before: bytes) -> Iterator[Allowance]:
    """Find the allowing comments of a file; those that ``before`` has too are not fresh."""
    known = {(found[1], found[2]) for found in _COMMENT.finditer(before)}
    for number, line in enumerate(content.split(b"\n"), start=1):
        found = _COMMENT.search(line)
        if found is not None:
            code, reason = (part.decode("utf-8", "replace").strip() for part in found.groups())
            yield Allowance(path, number, code, reason, (found[1], found[2]) not in known)


def apply_allowances(
    findings: Iterable[Finding], allowances: Sequence[Allowance], mend: Mender
) -> tuple[list[Finding], list[Allowed]]:
    """Take out what is allowed, and report allowances without reason or use."""
    kept: list[Finding] = []
    allowed: list[Allowed] = []
    used: set[Allowance] = set()
    about: dict[tuple[str | None, str], list[Allowance]] = defaultdict(list)
    for one in allowances:
        about[one.path, one.code].append(one)
    for finding in findings:
        found = about.get((finding.path, finding.code), [])
        used.update(found)
        good = next((one for one in found if one.reason), None)
        if good is None:
            kept.append(finding)
        else:
            allowed.append(Allowed(finding, good.reason, f"{good.path}, line {good.line}"))
    undo = {(each.path, each.code): each.steps for each in kept}
    bad = [
        _bad(
            one,
            undo[one.path, one.code] if one in used else mend.delete_line(one.path, one.line),
            used=one in used,
        )
        for one in allowances
        if (one in used and not one.reason) or (one not in used and one.fresh)
    ]
    return [*bad, *kept], allowed


def _bad(allowance: Allowance, steps: Steps, *, used: bool) -> Finding:
    shown = f"migdoctor:allow {allowance.code}".strip()
    if allowance.code not in CODES:
        what, fix = f"{shown} names no finding", "write migdoctor:allow CODE reason"
    elif used:
        what, fix = f"{shown} gives no reason, and allows nothing", "write the reason behind it"
    else:
        what, fix = f"{shown} allows nothing: there is no such finding here", "take it away"
    return Finding(
        "MD317",
        Severity.WARNING,
        what=what,
        why="whoever reads it later must know what was allowed, and why",
        fix=fix,
        path=allowance.path,
        line=allowance.line,
        steps=steps,
    )


def with_severities(findings: Iterable[Finding], severities: SeverityByCode) -> list[Finding]:
    """Give findings the severities of the configuration; leave out what it switches off."""
    found = []
    for finding in findings:
        severity = severities.get(finding.code, finding.severity)
        if severity is not None:
            found.append(replace(finding, severity=severity))
    return found


def reasons_in(recorded: RecordedRenames, numbering: Numbering) -> PairIndex[RecordedRename]:
    """The records that allow a rename: those with a reason, by what they rename."""
    return PairIndex((one for one in recorded.renames if one.reason), numbering)


def allow_recorded(
    findings: Iterable[Finding],
    moves: Sequence[Moved],
    recorded: RecordedRenames,
    numbering: Numbering,
) -> tuple[list[Finding], list[Allowed]]:
    """Take out the renames that are recorded."""
    reasons = reasons_in(recorded, numbering)
    records = {moved.new.path: reasons.of(moved.old, moved.new) for moved in moves}
    kept: list[Finding] = []
    allowed: list[Allowed] = []
    for finding in findings:
        record = records.get(finding.path or "") if finding.code == "MD301" else None
        if record is None:
            kept.append(finding)
        else:
            place = f"{recorded.path}, line {record.line}"
            allowed.append(Allowed(finding, record.reason, place))
    return kept, allowed


def find_bad_records(
    recorded: RecordedRenames,
    before: RecordedRenames,
    files: Sequence[MigrationFile],
    mend: Mender,
    numbering: Numbering,
) -> Iterator[Finding]:
    """Say which new records give no reason, or lead to no file."""
    known = {(one.old, one.new, one.reason) for one in before.renames}
    old = {one.old for one in recorded.renames}
    there = by_key(files) if recorded.renames else {}
    for one in recorded.renames:
        if (one.old, one.new, one.reason) in known:
            continue
        if not one.reason:
            what, fix = f"the rename of {one.old} gives no reason", "write the reason"
        elif one.new not in old and key(one.new, numbering) not in there:
            what = f"the rename of {one.old} leads to {one.new}, and there is no such migration"
            fix = "correct it or take it away"
        else:
            continue
        yield Finding(
            "MD317",
            Severity.WARNING,
            what=what,
            why="a record is what other installations are mended by, so it must be complete",
            fix=fix,
            path=recorded.path,
            line=one.line,
            steps=mend.bring_back(recorded.path) if before.there else mend.take_away(recorded.path),
        )
