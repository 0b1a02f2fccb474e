"""The walk itself: from a request to a report."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.model.findings.report import Report
from analyzer.sources.git.git import open_repository
from analyzer.workflow.reading.reading import best_target, read_environment, read_targets
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.target_history import TargetHistory

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference


@dataclass(frozen=True, slots=True)
class Walk:
    """A finished walk: the report, and the inference that later steps may ask for contents."""

    report: Report
    inference: "Inference"


def walk(request: Request) -> Walk:
    """Read rows, files and history, infer what ran, and diagnose.

    Where only one application is there to choose, git reads its history while the rows are read,
    the larger half of the program is loaded, and what is pending is looked into.

    Raises:
        AnalyzerError: something cannot be read, or a decision names no file.
    """
    repository = open_repository(request.repo)
    targets = read_targets(repository, request)
    start = TargetHistory(repository, targets[0], cache=request.cache)
    if len(targets) == 1:
        start.begin()
    environment = read_environment(request)
    if len(targets) > 1:
        start = TargetHistory(
            repository, best_target(targets, environment.table), cache=request.cache
        )
    if len(environment.table.rows) > limits.MANY_ROWS:
        from analyzer.workflow.reading.many_rows import counted

        environment = counted(environment, start)
    from analyzer.workflow.build_report import build_report
    from analyzer.workflow.diagnosis.inference import Inference
    from analyzer.workflow.forecast.predict import look_ahead

    inference = Inference(start, request, environment)
    look_ahead(inference)
    return Walk(build_report(request, inference), inference)
