"""The gate's findings as a comment to post on a pull request.

All that comes from the change stands in code blocks, where nothing is markup, mention or link.
"""

import re
from collections.abc import Iterator

from analyzer.model.findings.finding import Finding
from analyzer.model.gate.gate import GateReport
from analyzer.report.gate.gate_words import fix_commands, tame, verdict

MARKER = "<!-- migdoctor check -->"  # by which a bot finds its comment of last time
_TICKS = re.compile(r"`+")
_SHORTEST = 3


def render(report: GateReport) -> str:
    """Render the report as GitHub flavoured markdown that ends with a newline."""
    parts = [MARKER, f"### migdoctor check\n\n{verdict(report)}"]
    parts += [
        "\n".join(_finding(finding, report.title(finding.code))) for finding in report.findings
    ]
    found = fix_commands(report.findings)
    if found:
        parts.append("To fix it, from the repository's root:\n\n" + _block(found, "sh"))
    if report.allowed:
        told = [
            f"{one.finding.code} {one.finding.what}\n  by {one.place}: {one.reason}"
            for one in report.allowed
        ]
        lines = [line for text in told for line in text.split("\n")]
        parts.append("Allowed by the team:\n\n" + _block(lines))
    return "\n\n".join(parts) + "\n"


def _finding(finding: Finding, title: str) -> Iterator[str]:
    yield f"**{finding.severity} {finding.code}: {title}**\n"
    place = f"{finding.path}:{finding.line or 1}" if finding.path else ""
    lines = [finding.what, f"why: {finding.why}", f"fix: {finding.fix}"]
    yield _block([place, *lines] if place else lines)


def _block(lines: list[str], language: str = "text") -> str:
    """A code block whose fence no line in it can close."""
    shown = [tame(line) for line in lines]
    longest = max((len(run) for line in shown for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(_SHORTEST, longest + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])
