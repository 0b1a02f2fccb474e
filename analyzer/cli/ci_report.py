"""A diagnosis as a CI system is told it: also that there is none, as something cannot be read."""

from collections.abc import Callable, Sequence

from analyzer.cli.options.environments import UNREAD
from analyzer.cli.options.placed_report import placed_report
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.errors import AnalyzerError
from analyzer.model.core.environments import Unreadable
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.finding import Severity
from analyzer.records import Struct
from analyzer.report.artefact import kind_of
from analyzer.report.ci.announcement import Announcement, unread_findings
from analyzer.report.ci.formats import render
from analyzer.report.diagnosis.diagnosis_announcement import Counts, announcement
from analyzer.services.diagnose import diagnose_all, failing_severities, fails
from analyzer.services.gate.explain import titles
from analyzer.workflow.reading.request import Request


class FailOn(Struct, frozen=True):
    """What was asked to shut the gate: the least of the severities; warning where there is none."""

    severities: Sequence[Severity]
    destroys: bool
    may_fail: bool


def deliver_announcement(
    asked: Callable[[], Sequence[Request]], format_: str, output: str | None, fail_on: FailOn
) -> int:
    """Diagnose, tell it, and return the status.

    Args: asked: reads what it is to be about.

    Raises:
        AnalyzerError: something cannot be read; that is told in the format too.
    """
    try:
        report = placed_report(diagnose_all(asked(), TerminalDialogue()))
    except AnalyzerError as error:
        deliver(render(_unread(error), format_), output, kind_of(format_))
        raise
    failed = fails(report, fail_on.severities, destroys=fail_on.destroys, may_fail=fail_on.may_fail)
    severities = failing_severities(fail_on.severities)
    counts = Counts(severities, failed, fail_on.destroys, fail_on.may_fail)
    told = render(announcement(report, titles(""), counts), format_)
    deliver(told, output, kind_of(format_))
    return UNREAD if report.unread else int(failed)


def _unread(error: AnalyzerError) -> Announcement:
    fault = UnreadEnvironment("the database", Unreadable(error.what, error.why, error.fix))
    return Announcement(
        command="migdoctor diagnose",
        verdict="Nothing was judged: do not deploy before it is settled.",
        findings=tuple(unread_findings([fault])),
        titles={},
    )
