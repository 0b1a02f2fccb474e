"""Findings as GitHub's workflow commands, which show them beside the changed lines.

Source: github.com/actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty).
"""

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.words.text import visible
from analyzer.report.ci.announcement import Announcement
from analyzer.report.gate.gate_words import page_line, tame

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(announced: Announcement) -> str:
    """Render one line for each finding, and the verdict as the last, which is plain text."""
    lines = [_command(it, announced.title(it.code)) for it in announced.findings]
    return "\n".join([*lines, tame(announced.outcome)]) + "\n"


def _command(finding: Finding, title: str) -> str:
    properties = {"title": f"{finding.code} {title}"}
    if finding.path is not None:
        properties = {"file": finding.path, "line": str(finding.line or 1), **properties}
    told = ",".join(
        f"{name}={visible(value).translate(_PROPERTY)}" for name, value in properties.items()
    )
    return f"::{_COMMANDS[finding.severity]} {told}::{_message(finding).translate(_DATA)}"


def _message(finding: Finding) -> str:
    lines = [finding.what, f"why: {finding.why}", f"fix: {finding.fix}"]
    lines += [f"run: {finding.command}"] if finding.command is not None else []
    return "\n".join(map(visible, [*lines, *page_line(finding.code)]))
