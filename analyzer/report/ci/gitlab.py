"""Findings as GitLab's code quality report, shown in the merge request.

Source: docs.gitlab.com, "Code Quality report format".
"""

from collections.abc import Sequence
from typing import Any

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.words.text import visible
from analyzer.report.ci.announcement import Announcement
from analyzer.report.gate.gate_words import as_json, fingerprint, message, tame

_SEVERITIES = {Severity.ERROR: "blocker", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(announced: Announcement) -> str:
    """Render the findings as a JSON list that ends with a newline."""
    return as_json([_entry(finding, announced.judged) for finding in announced.findings])


def _entry(finding: Finding, judged: Sequence[str]) -> dict[str, Any]:
    about = [tame(f"judged: {it}") for it in judged]
    place = {"path": visible(finding.path or "."), "lines": {"begin": finding.line or 1}}
    return {
        "description": " | ".join([*message(finding).split("\n"), *about]),
        "check_name": finding.code,
        "fingerprint": fingerprint(finding),
        "severity": _SEVERITIES[finding.severity],
        "location": place,
    }
