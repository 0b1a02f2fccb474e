"""The diagnosis of an environment, and from which finding on it counts as a failure."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.registry import framework
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.prediction import Forecast, MigrationOutcome
from analyzer.model.findings.report import EnvironmentReport, Report
from analyzer.services.repair.files.interrupted import tell_open
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk

if TYPE_CHECKING:
    from analyzer.services.dialogue import Dialogue


def diagnose(request: Request, dialogue: "Dialogue") -> Report:
    """Say which migrations diverged, and what the next migrate would do; nothing is changed.

    A rename that was cut off is told of first.

    Raises:
        AnalyzerError: something cannot be read, or a decision names no file.
    """
    tell_open(request, dialogue)
    return walk(request).report


def diagnose_all(requests: Sequence[Request], dialogue: "Dialogue") -> Report:
    """Diagnose several environments, or a fleet, as `diagnose` does one database.

    Those that can be read are reported.

    Args: requests: one for each, on the same repository.

    Raises:
        AnalyzerError: the repository cannot be read, or a decision fits no environment.
    """
    if len(requests) == 1 and not requests[0].is_fleet:
        return diagnose(requests[0], dialogue)
    from analyzer.workflow.walks import walk_all

    tell_open(requests[0], dialogue)
    return walk_all(requests, held_up(dialogue)).report


def held_up(dialogue: "Dialogue") -> Callable[[Sequence[str]], None]:
    """Tell of the environments that keep the report of all others waiting."""

    def tell(names: Sequence[str]) -> None:
        dialogue.tell(f"Still reading {', '.join(names)}; whatever could be read is reported then.")

    return tell


def migrate_command(report: Report) -> str:
    """What users of the framework type to run what is pending."""
    return framework(report.repository.framework).commands.migrate


def failing_severities(severities: Collection[Severity]) -> Sequence[Severity]:
    """The severities that count where these are asked for: the least of them, and all worse."""
    ranks = list(Severity)
    return ranks[: max(ranks.index(it) for it in severities or [Severity.WARNING]) + 1]


def fails(
    report: Report,
    severities: Collection[Severity],
    *,
    destroys: bool,
    may_fail: bool = False,
) -> bool:
    """Whether there is something that the caller wants to hear of by the exit status.

    Args:
        severities: the least of them counts; warning where there is none.
        destroys: a migration that removes or overwrites what it says counts too, unless a comment
            in it allows that.
        may_fail: a migration of which only a run shows whether it gets through counts too.
    """
    failing = failing_severities(severities)
    if any(finding.severity in failing for finding in report.findings):
        return True
    if any(_goes_wrong(it) for it in report.environments):
        return True
    return any(
        (destroys and any(loss.rows != 0 and not loss.allowed for loss in it.prediction.destroys))
        or (may_fail and any(map(is_doubtful, it.prediction.migrations)))
        for it in report.environments
    )


def is_doubtful(forecast: Forecast) -> bool:
    """Whether only a run shows what becomes of a migration."""
    return forecast.outcome is MigrationOutcome.UNKNOWN


def _goes_wrong(environment: EnvironmentReport) -> bool:
    """Whether the next migrate refuses, runs again what ran, or leaves out what never ran."""
    prediction = environment.prediction
    again = environment.next_steps.runs_again
    return bool(again or prediction.never_runs or prediction.refuses)
