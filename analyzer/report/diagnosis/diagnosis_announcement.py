"""What ``diagnose`` announces to CI systems, as the gate before a deploy."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.words.wording import count
from analyzer.records import replace
from analyzer.report.ci.announcement import Announcement, unread_findings

if TYPE_CHECKING:
    from analyzer.model.findings.report import Report

NEXT_MIGRATE = "next-migrate"


def announcement(
    report: "Report", titles: Mapping[str, str], failing: Collection[Severity], *, fails: bool
) -> Announcement:
    """Announce the findings of a diagnosis.

    Args:
        titles: what each code stands for.
        failing: the severities that count.
        fails: whether the run fails, be it by a finding or by what the next migrate does.
    """
    findings = [*map(_named, report.findings)] if report.several else [*report.findings]
    findings += unread_findings(report.unread)
    if fails and not any(it.severity in failing for it in findings):
        findings.append(_next_migrate(failing))
    return Announcement(
        command="migdoctor diagnose",
        verdict=_verdict(findings, failing),
        findings=tuple(sorted(findings, key=lambda it: [*Severity].index(it.severity))),
        titles={**titles, NEXT_MIGRATE: "what the next migrate does"},
        failing=failing,
    )


def _named(finding: Finding) -> Finding:
    """Say in front which environment it is about."""
    name = finding.environment
    return finding if name is None else replace(finding, what=f"{name}: {finding.what}")


def _next_migrate(failing: Collection[Severity]) -> Finding:
    worst = min(failing, key=[*Severity].index)
    return Finding(
        NEXT_MIGRATE,
        worst,
        what="the next migrate removes data, runs again what ran, or leaves out what never ran",
        why="the report says which migration, and what it does",
        fix="run migdoctor diagnose on the same database and read it before you deploy",
    )


def _verdict(findings: Collection[Finding], failing: Collection[Severity]) -> str:
    counted = sum(it.severity in failing for it in findings)
    if counted:
        return f"{count(counted, 'finding')}: do not deploy before it is settled."
    return "Nothing here stands in the way of a deploy."
