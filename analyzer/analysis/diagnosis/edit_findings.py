"""Findings about edits, once somebody has looked into the database: has it what the edit brings?"""

from collections.abc import Callable
from dataclasses import replace

from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.model.findings.finding import Finding, Severity

EDITED = "MD106"


def doubtful_edits(diagnosis: Diagnosis) -> list[str]:
    """The paths of edited files that findings warn of."""
    return [
        finding.path
        for finding in diagnosis.findings
        if finding.code == EDITED and finding.severity is Severity.WARNING and finding.path
    ]


def with_settled_edits(diagnosis: Diagnosis, settled: Callable[[str], bool]) -> Diagnosis:
    """Make notes of the warnings about edits whose outcome is in the database already."""
    findings = tuple(
        _settled(finding) if finding.code == EDITED and settled(finding.path or "") else finding
        for finding in diagnosis.findings
    )
    return replace(diagnosis, findings=findings)


def _settled(finding: Finding) -> Finding:
    return replace(
        finding,
        severity=Severity.NOTE,
        why="this database has every table, column, index and constraint that the text of today "
        "makes; what it writes into rows cannot be told from that",
        fix="nothing here; another database may still lack it",
    )
