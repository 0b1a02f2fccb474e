"""What ``diagnose`` announces to CI systems, as the gate before a deploy."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import MigrationOutcome
from analyzer.model.words.wording import count
from analyzer.records import replace
from analyzer.report.ci.announcement import Announcement, unread_findings
from analyzer.report.diagnosis.forecast_text import size_of

if TYPE_CHECKING:
    from analyzer.model.findings.report import Report

NEXT_MIGRATE = "next-migrate"
_MAY_FAIL = " may fail"


def announcement(
    report: "Report",
    titles: Mapping[str, str],
    failing: Collection[Severity],
    *,
    fails: bool,
    destroys: bool = False,
) -> Announcement:
    """Announce the findings of a diagnosis, and the data that the next migrate removes.

    Args:
        titles: what each code stands for.
        failing: the severities that count.
        fails: whether the run fails, be it by a finding or by what the next migrate does.
        destroys: whether it fails by what a migration says that it removes.
    """
    worst = min(failing, key=[*Severity].index)
    losses = _losses(report, worst if destroys else Severity.NOTE)
    told = (*report.findings, *losses, *_doubts(report))
    findings = [*map(_named, told)] if report.several else [*told]
    findings += unread_findings(report.unread)
    if fails and not any(it.severity in failing for it in findings):
        findings.append(_next_migrate(worst))
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


def _losses(report: "Report", severity: Severity) -> Iterator[Finding]:
    """What migrations remove that say so; other losses are findings of the diagnosis."""
    for environment in report.environments:
        for loss in environment.prediction.destroys:
            if loss.announced and loss.rows != 0:
                size = size_of(loss, environment.prediction)
                yield Finding(
                    NEXT_MIGRATE,
                    severity,
                    what=f"DATA LOSS: {loss.file.basename} {loss.what}{size}",
                    why="its text says that it removes this, and the next migrate runs it",
                    fix="if that is meant, take a backup first: migdoctor backup; else take the "
                    "file out of this deploy",
                    environment=environment.table.environment,
                    version=loss.file.version.text,
                    path=loss.file.path,
                    line=loss.line,
                )


def _doubts(report: "Report") -> Iterator[Finding]:
    """The migrations of which only a run shows whether they get through: no reason by itself."""
    for environment in report.environments:
        for it in environment.prediction.migrations:
            if it.outcome is MigrationOutcome.UNKNOWN:
                yield Finding(
                    NEXT_MIGRATE,
                    Severity.NOTE,
                    what=f"{it.file.basename}{_MAY_FAIL}",
                    why=it.because,
                    fix=it.settle or "run it on a copy of this database first",
                    environment=environment.table.environment,
                    version=it.file.version.text,
                    path=it.file.path,
                    line=it.line,
                )


def _next_migrate(worst: Severity) -> Finding:
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
    doubts = sum(it.code == NEXT_MIGRATE and it.what.endswith(_MAY_FAIL) for it in findings)
    though = f", though {count(doubts, 'migration')}{_MAY_FAIL}" if doubts else ""
    return f"Nothing here stands in the way of a deploy{though}."
