"""What the team allows: comments in migrations, recorded renames, severities of its own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.analysis.diagnosis.findings import changed_file, odd_timestamps, pending_files
from analyzer.analysis.gate.fix_steps import FixSteps
from analyzer.analysis.gate.reviewed_change import reasons_in
from analyzer.analysis.gate.rules.allowance import about_bad_allowance
from analyzer.analysis.gate.rules.edited_migration import MERGED_EDITED
from analyzer.analysis.gate.rules.late_migration import LATE
from analyzer.analysis.gate.rules.moved_migration import NEW_NAME, NEW_VERSION
from analyzer.analysis.gate.rules.new_timestamp import FUTURE, MALFORMED
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.findings.finding import Finding, SeverityByCode
from analyzer.model.gate.gate import ALLOWED_LOSS, Allowance, Allowed, Moved
from analyzer.model.gate.recorded_renames import RecordedRenames
from analyzer.model.plans.gate_steps import Steps
from analyzer.records import replace

SAME_MATTER: Mapping[str, str] = {
    changed_file.NAME_CHANGED.code: NEW_NAME.code,
    changed_file.EDITED.code: MERGED_EDITED.code,
    pending_files.PENDING_LATE.code: LATE.code,
    odd_timestamps.WRONG_LENGTH.code: MALFORMED.code,
    odd_timestamps.IN_FUTURE.code: FUTURE.code,
}
"""By the code of diagnose, that of check for the same matter: who allows one means both."""
_OF_DIAGNOSE = frozenset({*SAME_MATTER, ALLOWED_LOSS})  # whether they are of use is seen there
_ALLOWED = rb"[ \t]*migdoctor:allow\b[ \t]*(\w*)[ \t:,-]*([^\r\n]*)"


def read_allowances(path: str, content: bytes, before: bytes, comment: str) -> Iterator[Allowance]:
    """Find the allowing comments of a file; those that ``before`` has too are not fresh.

    Args: comment: what begins one.
    """
    allowing = re.compile(re.escape(comment.encode()) + _ALLOWED)
    known = {(found[1], found[2]) for found in allowing.finditer(before)}
    for number, line in enumerate(content.split(b"\n"), start=1):
        found = allowing.search(line)
        if found is not None:
            code, reason = (part.decode("utf-8", "replace").strip() for part in found.groups())
            yield Allowance(path, number, code, reason, (found[1], found[2]) not in known)


def apply_allowances(
    findings: Iterable[Finding], allowances: Sequence[Allowance], fixes: FixSteps
) -> tuple[list[Finding], list[Allowed]]:
    """Take out what is allowed, and report allowances without reason or use."""
    kept: list[Finding] = []
    allowed: list[Allowed] = []
    used: set[Allowance] = set()
    about: dict[tuple[str | None, str], list[Allowance]] = defaultdict(list)
    for one in allowances:
        about[one.path, SAME_MATTER.get(one.code, one.code)].append(one)
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
        _about_bad(
            one,
            undo[one.path, one.code] if one in used else _deleted(one, fixes),
            used=one in used,
        )
        for one in allowances
        if (one in used and not one.reason)
        or (one not in used and one.fresh and one.code not in _OF_DIAGNOSE)
    ]
    return [*bad, *kept], allowed


def _deleted(allowance: Allowance, fixes: FixSteps) -> Steps:
    held = allowance.code if allowance.code.isascii() else ""
    return fixes.delete_line(allowance.path, allowance.line, held or "migdoctor:allow")


def _about_bad(allowance: Allowance, steps: Steps, *, used: bool) -> Finding:
    from analyzer.analysis.gate.all_rules import RULES  # with all that diagnose finds

    return about_bad_allowance(allowance, steps, known=allowance.code in RULES, used=used)


def with_severities(findings: Iterable[Finding], severities: SeverityByCode) -> list[Finding]:
    """Give findings the severities of the configuration; leave out what it switches off."""
    found = []
    for finding in findings:
        severity = severities.get(finding.code, finding.severity)
        if severity is not None:
            found.append(replace(finding, severity=severity))
    return found


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
        record = records.get(finding.path or "") if finding.code == NEW_VERSION.code else None
        if record is None:
            kept.append(finding)
        else:
            place = f"{recorded.path}, line {record.line}"
            allowed.append(Allowed(finding, record.reason, place))
    return kept, allowed
