"""What ``diagnose`` announces to CI systems, as the gate before a deploy."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import MigrationOutcome
from analyzer.model.words.wording import count
from analyzer.records import Struct, replace
from analyzer.report.ci.announcement import Announcement, unread_findings
from analyzer.report.diagnosis.doubt_words import way_through
from analyzer.report.diagnosis.forecast_text import size_of

if TYPE_CHECKING:
    from analyzer.model.core.version_table import VersionTable
    from analyzer.model.findings.prediction import Loss
    from analyzer.model.findings.report import Report

NEXT_MIGRATE = "next-migrate"
_TITLE = "what the next migrate does"
_MAY_FAIL = " may fail"
_WITHOUT = "for this one deploy run the gate without --fail-on destroys"


class Counts(Struct, frozen=True):
    """What makes a run fail: findings of these severities, losses that a text announces, doubts.

    ``failed``: whether it fails, be it by a finding or by what the next migrate does.
    """

    severities: Collection[Severity]
    failed: bool
    destroys: bool = False
    may_fail: bool = False

    def severity(self, *, counts: bool) -> Severity:
        """Of what counts, the worst severity that makes the run fail; else a note."""
        return min(self.severities, key=[*Severity].index) if counts else Severity.NOTE


def announcement(report: "Report", titles: Mapping[str, str], counts: Counts) -> Announcement:
    """Announce the findings of a diagnosis, and what the next migrate does to data.

    Args: titles: what each code stands for.
    """
    told = (*report.findings, *_losses(report, counts), *_doubts(report, counts))
    findings = [*map(_named, told)] if report.several else [*told]
    findings += unread_findings(report.unread)
    if counts.failed and not any(it.severity in counts.severities for it in findings):
        findings += _next_migrate(report, counts.severity(counts=True))
    return Announcement(
        command="migdoctor diagnose",
        verdict=_verdict(findings, counts.severities),
        findings=tuple(sorted(findings, key=lambda it: [*Severity].index(it.severity))),
        titles={**titles, NEXT_MIGRATE: _TITLE},
        failing=counts.severities,
        judged=tuple(_judged(it.table) for it in report.environments),
    )


def _judged(table: "VersionTable") -> str:
    """The database that was judged, and what named it."""
    named = f", named by {table.named_by}" if table.named_by not in ("", "--rows") else ""
    return f"{table.place}{named}"


def _named(finding: Finding) -> Finding:
    """Say in front which environment it is about."""
    name = finding.environment
    return finding if name is None else replace(finding, what=f"{name}: {finding.what}")


def _losses(report: "Report", counts: Counts) -> Iterator[Finding]:
    """What migrations remove or overwrite that say so; other losses are findings already."""
    for environment in report.environments:
        for loss in environment.prediction.destroys:
            if loss.rows != 0 and (loss.announced or loss.is_reworked):
                size = size_of(loss, environment.prediction)
                does = "removes this" if loss.announced else "changes these values"
                yield Finding(
                    NEXT_MIGRATE,
                    counts.severity(counts=counts.destroys and not loss.allowed),
                    what=f"DATA LOSS: {loss.file.basename} {loss.what}{size}",
                    why=f"its text says that it {does}, and the next migrate runs it",
                    fix=_meant(loss, shut=counts.destroys),
                    environment=environment.table.environment,
                    version=loss.file.version.text,
                    path=loss.file.path,
                    line=loss.line,
                )


def _meant(loss: "Loss", *, shut: bool) -> str:
    """How a loss that is meant gets through, and what to do about one that is not."""
    if loss.allowed:
        return f"nothing, as a comment in the file allows it: {loss.allowed}"
    passes = f" (or {_WITHOUT})" if shut else ""
    return (
        "if that is meant, take a backup first (migdoctor backup), and let it pass by a comment in "
        f"the file: migdoctor:allow destroys REASON{passes}; else take the file out of this deploy"
    )


def _doubts(report: "Report", counts: Counts) -> Iterator[Finding]:
    """The migrations of which only a run shows whether they get through."""
    for environment in report.environments:
        for it in environment.prediction.migrations:
            if it.outcome is MigrationOutcome.UNKNOWN:
                yield Finding(
                    NEXT_MIGRATE,
                    counts.severity(counts=counts.may_fail),
                    what=f"{it.file.basename}{_MAY_FAIL}",
                    why=it.because,
                    fix=way_through(it.settle),
                    environment=environment.table.environment,
                    version=it.file.version.text,
                    path=it.file.path,
                    line=it.line,
                )


def _next_migrate(report: "Report", worst: Severity) -> Iterator[Finding]:
    """The files that run again or never, of which no finding tells; or that there are some."""
    told = False
    for environment in report.environments:
        name = environment.table.environment
        again = ((it, "it ran already") for it in environment.next_steps.runs_again)
        never = ((it.file, it.reason) for it in environment.prediction.never_runs)
        for does, files in (("runs again", again), ("is left out", never)):
            for file, why in files:
                told = True
                yield Finding(
                    NEXT_MIGRATE,
                    worst,
                    what=f"{file.basename} {does} at the next migrate",
                    why=why,
                    fix=_READ,
                    environment=name,
                    version=file.version.text,
                    path=file.path,
                )
    if not told:
        does = "refuses to run, runs again what ran, or leaves out what never ran"
        why = "the report says which migration, and what it does"
        yield Finding(NEXT_MIGRATE, worst, f"the next migrate {does}", why, _READ)


_READ = "run migdoctor diagnose on the same database and read it before you deploy"


def _verdict(findings: Collection[Finding], failing: Collection[Severity]) -> str:
    counted = sum(it.severity in failing for it in findings)
    if counted:
        return f"{count(counted, 'finding')}: do not deploy before it is settled."
    doubts = sum(it.code == NEXT_MIGRATE and it.what.endswith(_MAY_FAIL) for it in findings)
    though = f", though {count(doubts, 'migration')}{_MAY_FAIL}" if doubts else ""
    return f"Nothing here stands in the way of a deploy{though}."
