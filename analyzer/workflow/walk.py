"""The walk itself: from a request to a report."""

from typing import TYPE_CHECKING

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
    beside that too.

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
    from analyzer.workflow.conclude import conclude

    environment = reading()
    if len(targets) > 1:
        best = best_target(targets, environment.table, reader)
        start = TargetHistory(repository, best, cache=request.cache)
        table = reread(environment.table, reader, best.framework)
        environment = replace(environment, table=table)
    return Walk(*conclude(start, request, environment))
