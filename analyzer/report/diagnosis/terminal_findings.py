"""The findings of a report: which table tells of each, and those that none does."""

from collections.abc import Iterable, Sequence

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rename import Rename
from analyzer.model.words.text import visible
from analyzer.records import Struct
from analyzer.report.diagnosis.terminal_groups import Groups
from analyzer.report.diagnosis.terminal_layout import RED, YELLOW, ScreenLayout

_RENAMED, _PENDING, _ORPHANED = frozenset({"MD101", "MD118"}), "MD108", "MD107"
_MOST_NOTES = 10  # that say the same of different files


class TabledFindings(Struct, frozen=True):
    """The findings of a report by the table that tells of what they speak of."""

    renamed: tuple[Finding, ...] = ()
    pending: tuple[Finding, ...] = ()
    orphans: tuple[Finding, ...] = ()
    others: tuple[Finding, ...] = ()  # no table does


def by_table(
    findings: Iterable[Finding], renames: Iterable[Rename], groups: Groups
) -> TabledFindings:
    """Sort findings by table."""
    renamed = {rename.new.path for rename in renames}
    pending = {it.file.path for it in groups.pending}
    orphans = {it.row.version.text for it in groups.orphans}
    found: dict[str, list[Finding]] = {"renamed": [], "pending": [], "orphans": [], "others": []}
    for finding in findings:
        if finding.code in _RENAMED and finding.path in renamed:
            found["renamed"].append(finding)
        elif finding.code == _PENDING and finding.path in pending:
            found["pending"].append(finding)
        elif finding.code == _ORPHANED and finding.version in orphans:
            found["orphans"].append(finding)
        else:
            found["others"].append(finding)
    return TabledFindings(**{name: tuple(those) for name, those in found.items()})


def render_findings(findings: Sequence[Finding], layout: ScreenLayout) -> str:
    """Tell them, the worst first; empty where there is nothing."""
    if not findings:
        return ""
    groups: dict[tuple[int, str, str, str], list[Finding]] = {}
    for finding in findings:
        rank = list(Severity).index(finding.severity)
        key = (rank, finding.code, finding.why, finding.fix)
        groups.setdefault(key, []).append(finding)
    worst_first = sorted(groups.items(), key=lambda group: group[0][0])
    parts = [_told(alike, layout) for _, alike in worst_first]
    return "\n".join([layout.heading("Also worth knowing"), *parts])


def _told(alike: Sequence[Finding], layout: ScreenLayout) -> str:
    """Findings that differ only in what they speak of, with their advice once."""
    first = alike[0]
    mark = f"{first.severity.value} {first.code}"
    colour = {Severity.ERROR: RED, Severity.WARNING: YELLOW}.get(first.severity, "")
    short = first.severity is Severity.NOTE and not layout.style.whole
    shown = alike[:_MOST_NOTES] if short else alike
    heads = [layout.hang(f"{mark}  {visible(finding.what)}", 4) for finding in shown]
    if colour:
        heads = [head.replace(mark, layout.style.paint(mark, colour), 1) for head in heads]
    if len(shown) < len(alike):
        heads.append(f"    and {len(alike) - len(shown)} more like these; -v lists them all")
    why = layout.hang(f"    why: {visible(first.why)}", 9)
    fix = layout.hang(f"    fix: {visible(first.fix)}", 9)
    return "\n".join([*heads, why, fix])
