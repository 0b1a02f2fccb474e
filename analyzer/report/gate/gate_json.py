"""The gate's report as JSON, for programs."""

from typing import Any

from analyzer import __version__
from analyzer.model.findings.finding import Finding
from analyzer.model.gate.gate import Allowed, GateReport
from analyzer.report.gate.gate_words import as_json

FORMAT = 1


def render(report: GateReport) -> str:
    """Render the report as a JSON document that ends with a newline."""
    document = {
        "format": FORMAT,
        "tool": {"name": "migdoctor", "version": __version__},
        "repository": {"path": report.repository, "directories": list(report.directories)},
        "base": {"name": report.base, "commit": report.base_commit},
        "start": report.start,
        "head": report.head,
        "passes": not report.blocks,
        "findings": [_finding(each) for each in report.findings],
        "allowed": [_allowed(each) for each in report.allowed],
        "notes": list(report.notes),
    }
    return as_json(document)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "version": finding.version,
        "path": finding.path,
        "line": finding.line,
        "what": finding.what,
        "why": finding.why,
        "fix": finding.fix,
        "command": finding.command,
    }


def _allowed(allowed: Allowed) -> dict[str, Any]:
    return {**_finding(allowed.finding), "reason": allowed.reason, "place": allowed.place}
