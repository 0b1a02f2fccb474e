"""The fixes told of what was renamed, recorded twice, or stands under another one's version."""

from analyzer.analysis.advice.tried_in_memory import told_briefly
from analyzer.model.core.defining_line import find_defining_line
from analyzer.model.findings.diagnosis import RowReused
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.next_steps import InPlaceRepair
from analyzer.records import replace
from analyzer.workflow.finding_fixes.finding_context import FindingContext
from analyzer.workflow.forecast.name_changes import (
    git_mv,
    move_last,
    then,
)
from analyzer.workflow.forecast.other_databases import ask_others

_FILES = "give the file its old name (migdoctor rename-back)"
_ROWS = "the row its new version (migdoctor rewrite)"


def renamed(known: FindingContext, finding: Finding) -> Finding:
    """Renamed after it ran; a row that a deleted migration left may keep it from running."""
    file = known.file(finding.path)
    number = file.version.key if file is not None else None
    rows = known.check.diagnosis.rows
    cover = next((it for it in rows if it.row.version.key == number), None)
    if not isinstance(cover, RowReused) or cover.rename is not None:
        return by_ways(known, finding)
    known.left.add(finding.version or "")
    kept = f"row {cover.row.version}, of {cover.ran.basename}, keeps it from running again"
    fix = "nothing: leave rows and file as they are"
    return replace(finding, severity=Severity.NOTE, why=kept, fix=fix)


def by_ways(known: FindingContext, finding: Finding) -> Finding:
    """Advise rename-back or rewrite, whichever does no harm."""
    if known.ways.files.open and known.ways.rows.open:
        return finding
    if known.ways.files.open:
        return replace(finding, fix=f"{_FILES}{_rather_than(known.ways.rows)}")
    if known.ways.rows.open:
        return replace(finding, fix=f"give {_ROWS}{_rather_than(known.ways.files)}")
    return replace(
        finding, fix=_not_yet(known, known.ways.rows.refused or known.ways.files.refused)
    )


def doubled(known: FindingContext, finding: Finding) -> Finding:
    """Recorded twice; the old row stays where another file of today carries its version."""
    done = known.check.now.state.done
    files = known.check.inference.target.files.files
    row = known.row(finding)
    number = row.row.version.key if row is not None else None
    other = next((it for it in files if it.version.key == number), None)
    if other is None or other.path not in done or known.ways.rows.open:
        return by_rows(known, finding)
    fix = f"leave both rows: {finding.version} is the version of {other.basename} today"
    return replace(finding, severity=Severity.NOTE, fix=f"{fix}, and {done[other.path]}")


def by_rows(known: FindingContext, finding: Finding) -> Finding:
    """Advise a rewrite of rows, if it does no harm."""
    if known.ways.rows.open:
        return finding
    return replace(finding, fix=_not_yet(known, known.ways.rows.refused))


def reused(known: FindingContext, finding: Finding) -> Finding:
    """A version that names another migration today."""
    row = known.row(finding)
    if not isinstance(row, RowReused) or row.rename is not None:
        return by_ways(known, finding)
    return _hidden(known, finding, row)


def _hidden(known: FindingContext, finding: Finding, row: RowReused) -> Finding:
    """The migration that ran is deleted, and its row hides a file."""
    there = known.check.now.state.done.get(row.now.path)
    if there is not None:
        known.left.add(row.row.version.text)
        return replace(
            finding,
            severity=Severity.NOTE,
            why=f"{finding.why}; but {there}, so nothing is missing",
            fix=f"nothing: leave row and file as they are; running {row.now.basename} would "
            "create again what exists",
        )
    verdict = known.check.judge(action := move_last(known.check, row.now))
    if not verdict.allowed:
        fix = (
            f"leave it, and do not run it: {told_briefly(verdict.faults)}; put what is missing "
            "into a migration of its own"
        )
        return replace(finding, fix=fix)
    if first := ask_others(known.check, [row.now]):
        return replace(finding, fix=first)
    command = git_mv(action)
    fix = f"give it its own version, so that it runs: {command}{then(known.check, verdict)}"
    return replace(finding, fix=fix, command=command)


def slug_changed(known: FindingContext, finding: Finding) -> Finding:
    """Another file name over the same version; the class has to follow the file."""
    file = known.file(finding.path)
    if file is None:
        return finding
    expected, framework = file.name.class_name, known.check.framework
    if not expected or framework.keys is not None:
        fix = f"nothing: {framework.commands.title} ignores it"
        return replace(finding, severity=Severity.NOTE, fix=fix)
    content = known.check.inference.past_files.content(file.blob)
    lines = framework.files.defining_lines(content)
    if find_defining_line(lines, expected) is None:
        fix = f"name the class {expected}, unless the file defines it in another way"
        return replace(finding, fix=fix)
    fix = "nothing: file and class were renamed together"
    return replace(finding, severity=Severity.NOTE, fix=fix)


def _rather_than(other: InPlaceRepair) -> str:
    return f"; not the other way: {other.refused}" if other.refused else ""


def _not_yet(known: FindingContext, why: str | None) -> str:
    return f"do not run {known.check.migrate_name} yet" + (f": {why}" if why else "")
