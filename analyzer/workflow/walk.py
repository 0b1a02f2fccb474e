"""The walk itself: from a request to a report."""

from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.model.findings.report import Report
from analyzer.records import Struct, replace
from analyzer.sources.git.git import open_repository
from analyzer.workflow.reading.reading import (
    begin_environment,
    best_target,
    read_targets,
    reread,
)
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.target_history import TargetHistory

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference


class Walk(Struct, frozen=True):
    """A finished walk: the report, and the inference that later steps may ask for contents."""

    report: Report
    inference: "Inference"


def walk(request: Request) -> Walk:
    """Read rows, files and history, infer what ran, and diagnose.

    A live database is read beside all that git is asked, and all that is loaded, once it is known
    whose migrations these are. Where only one application is there to choose, its history is read
    beside that too, and its files are parsed for as long as the database makes us wait.

    Raises:
        AnalyzerError: something cannot be read, or a decision names no file.
    """
    repository = open_repository(request.repo)
    targets = read_targets(repository, request)
    reader = targets[0].framework
    reading = begin_environment(request, reader)
    start = TargetHistory(repository, targets[0], cache=request.cache)
    if len(targets) == 1:
        start.begin()
    from analyzer.workflow.build_report import build_report
    from analyzer.workflow.diagnosis.inference import Inference
    from analyzer.workflow.forecast.predict import look_ahead

    if len(targets) == 1:
        start.texts.parse_while(reading.goes_on)
    environment = reading.result()
    if len(targets) > 1:
        best = best_target(targets, environment.table, reader)
        start = TargetHistory(repository, best, cache=request.cache)
        table = reread(environment.table, reader, best.framework)
        environment = replace(environment, table=table)
    if len(environment.table.rows) > limits.MANY_ROWS:
        from analyzer.workflow.reading.many_rows import counted

        environment = counted(environment, start)
    inference = Inference(start, request, environment)
    look_ahead(inference)
    return Walk(build_report(request, inference), inference)
