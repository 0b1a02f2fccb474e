"""The findings of a report that no table tells, with their advice."""

from collections.abc import Sequence

from analyzer.model.core.text import visible
from analyzer.model.findings.finding import Finding, Severity
from analyzer.report.diagnosis.terminal_layout import RED, YELLOW, ScreenLayout

IN_TABLES = frozenset({"MD101", "MD107", "MD108", "MD118"})


def render_findings(findings: Sequence[Finding], layout: ScreenLayout) -> str:
    """Tell what no table tells, the worst first; empty where there is nothing."""
    told = [finding for finding in findings if finding.code not in IN_TABLES]
    if not told:
        return ""
    groups: dict[tuple[int, str, str, str], list[Finding]] = {}
    for finding in told:
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
    heads = [layout.hang(f"{mark}  {visible(finding.what)}", 4) for finding in alike]
    if colour:
        heads = [head.replace(mark, layout.style.paint(mark, colour), 1) for head in heads]
    why = layout.hang(f"    why: {visible(first.why)}", 9)
    fix = layout.hang(f"    fix: {visible(first.fix)}", 9)
    return "\n".join([*heads, why, fix])
