"""MD317: whoever allows something says why, and allows something that is there."""

from collections.abc import Iterator

from analyzer.analysis.gate.reviewed_change import Review, ReviewedChange
from analyzer.analysis.gate.rule import GateRule
from analyzer.analysis.renames.decisions import by_key, key
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Allowance
from analyzer.model.gate.recorded_renames import RecordedRenames
from analyzer.model.plans.gate_steps import Steps


def about_bad_allowance(allowance: Allowance, steps: Steps, *, known: bool, used: bool) -> Finding:
    """Say what is wrong with an allowing comment.

    Args: known: there is a finding of its code.  used: there is one here that it is about.
    """
    shown = f"migdoctor:allow {allowance.code}".strip()
    if not known:
        what, fix = f"{shown} names no finding", "write migdoctor:allow CODE reason"
    elif used:
        what, fix = f"{shown} gives no reason, and allows nothing", "write the reason after it"
    else:
        what, fix = f"{shown} allows nothing: there is no such finding here", "remove it"
    return WITHOUT_REASON.finding(
        what=what,
        why="whoever reads it later needs to know what was allowed, and why",
        fix=fix,
        path=allowance.path,
        line=allowance.line,
        steps=steps,
    )


def _check(review: Review) -> Iterator[Finding]:
    change = review.change
    for before, now in change.recorded:
        yield from _bad_records(now, before, change)
        yield from _lost_records(now, before, change)


def _bad_records(
    recorded: RecordedRenames, before: RecordedRenames, change: ReviewedChange
) -> Iterator[Finding]:
    """New records that give no reason, or lead to no file."""
    known = {(one.old, one.new, one.reason) for one in before.renames}
    old = {one.old for one in recorded.renames}
    there = by_key(change.sides.head.files) if recorded.renames else {}
    fixes, numbering = change.fixes, change.framework.numbering
    for one in recorded.renames:
        if (one.old, one.new, one.reason) in known:
            continue
        if not one.reason:
            what, fix = f"the rename of {one.old} gives no reason", "write the reason"
        elif one.new not in old and key(one.new, numbering) not in there:
            what = f"the rename of {one.old} leads to {one.new}, and there is no such migration"
            fix = "correct it or remove it"
        else:
            continue
        yield WITHOUT_REASON.finding(
            what=what,
            why="a record is what other installations are repaired by, so it must be complete",
            fix=fix,
            path=recorded.path,
            line=one.line,
            steps=fixes.bring_back(recorded.path)
            if before.there
            else fixes.take_away(recorded.path),
        )


def _lost_records(
    recorded: RecordedRenames, before: RecordedRenames, change: ReviewedChange
) -> Iterator[Finding]:
    """Records that are gone, though the file still has its later name."""
    numbering = change.framework.numbering
    left = {one.old for one in recorded.renames}
    lost = [one for one in before.renames if one.reason and one.old not in left]
    there = by_key(change.sides.head.files) if lost else {}
    for one in lost:
        if key(one.old, numbering) in there:
            continue  # it has its former name back
        yield WITHOUT_REASON.finding(
            what=f"the rename of {one.old} to {one.new} is recorded no more",
            why="a database that ran it by its old name gets its row from this record; without it, "
            "it runs the migration again",
            fix="leave it there for as long as any installation may know the old name",
            path=recorded.path,
            line=1,
            steps=change.fixes.bring_back(recorded.path),
        )


WITHOUT_REASON = GateRule(
    code="MD317",
    name="allowance-without-reason",
    severity=Severity.WARNING,
    title="allowance without reason or use",
    why="A `migdoctor:allow CODE reason` or a recorded rename must say why, and must "
    "allow something; and a recorded rename must stay.",
    fix="Complete it or remove it.",
    bad="# migdoctor:allow MD305",
    good="# migdoctor:allow MD305 the table was never used",
    check=_check,
)
