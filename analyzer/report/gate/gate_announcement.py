"""What ``check`` announces to CI systems."""

from analyzer.model.gate.gate import GateReport
from analyzer.report.ci.announcement import Announcement, unread_findings
from analyzer.report.gate.gate_words import verdict


def announcement(report: GateReport) -> Announcement:
    """Announce the findings of a check, and who could not be asked."""
    return Announcement(
        command="migdoctor check",
        verdict=verdict(report),
        findings=(*report.findings, *unread_findings(report.unread)),
        titles={rule.code: rule.title for rule in report.rules},
    )
