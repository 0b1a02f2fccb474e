"""The walk over several environments: each read at the same time, the history once for all."""

from collections.abc import Sequence

from analyzer.analysis.diagnosis.joined_reports import join_reports
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.environments import Unreadable
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.rename import Decision
from analyzer.model.findings.report import Report, RepositoryFacts
from analyzer.records import Struct, replace
from analyzer.workflow.advice.joint_choice import choose_jointly
from analyzer.workflow.reading.ahead import Later
from analyzer.workflow.reading.reading import Environment
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk, WalkStart

Reading = Later[Environment]


class Walks(Struct, frozen=True):
    """The finished walks, one for each environment that could be read, and their joint report."""

    report: Report
    walks: tuple[Walk, ...]


def walk_all(requests: Sequence[Request]) -> Walks:
    """Diagnose all environments. One that cannot be read hides none of the others.

    Raises:
        AnalyzerError: the repository cannot be read, or a decision fits no environment.
    """
    start = WalkStart(requests[0])
    readings = [_begun(start, request) for request in requests]
    walks: list[Walk] = []
    unread: list[UnreadEnvironment] = []
    for request, reading in zip(requests, readings, strict=True):
        try:
            walks.append(_finished(start, request, reading))
        except AnalyzerError as error:
            fault = Unreadable(error.what, error.why, error.fix)
            unread.append(UnreadEnvironment(request.environment, fault))
    _demand_heard(requests[0], walks)
    report = join_reports(start.facts(), [done.report for done in walks], unread)
    if len({request.directories for request in requests}) > 1:
        report = replace(report, repository=_of_all_folders(report, walks))
    return Walks(replace(report, joint=choose_jointly(walks, report)), tuple(walks))


def _of_all_folders(report: Report, walks: Sequence[Walk]) -> RepositoryFacts:
    """The facts of an application whose databases have folders of their own."""
    sets = [done.report.repository.files for done in walks]
    if not sets:
        return report.repository
    folders = tuple(dict.fromkeys(folder for it in sets for folder in it.directories))
    files = {file.path: file for it in sets for file in it.files}
    others = [it for it in report.repository.other_applications if it not in folders]
    return replace(
        report.repository,
        files=replace(sets[0], directories=folders, files=tuple(files.values())),
        other_applications=tuple(others),
    )


def _begun(start: WalkStart, request: Request) -> Reading:
    """Begin to read; what is known to fail fails when it is asked for."""
    fault = request.fault
    if fault is None:
        try:
            return start.begin(request, several=True)
        except AnalyzerError as error:  # of its own folders
            fault = Unreadable(error.what, error.why, error.fix)

    def fail() -> Environment:
        raise UsageError(fault.what, why=fault.why, fix=fault.fix)

    return Later(fail)


def _finished(start: WalkStart, request: Request, reading: Reading) -> Walk:
    """Finish one walk, with those of the user's decisions that are about this environment."""
    environment = reading.result()
    again = Later(lambda: environment)
    try:
        return start.finish(request, again)
    except UsageError:
        if not request.decisions:
            raise
    fitting = [one for one in request.decisions if _fits(start, request, environment, one)]
    return start.finish(replace(request, decisions=tuple(fitting)), again)


def _fits(start: WalkStart, request: Request, environment: Environment, decision: Decision) -> bool:
    try:
        start.finish(replace(request, decisions=(decision,)), Later(lambda: environment))
    except UsageError:
        return False
    return True


def _demand_heard(request: Request, walks: Sequence[Walk]) -> None:
    """Refuse a decision that says nothing about any environment."""
    heard = {one for done in walks for one in done.inference.request.decisions}
    for decision in request.decisions if walks else ():
        if decision not in heard:
            option = "--accept" if decision.accept else "--reject"
            raise UsageError(
                f"{option} {decision.old}={decision.new} fits none of the environments",
                why="OLD is what ran, NEW a file of today: by version, file name or path",
                fix="take the versions from the report of migdoctor diagnose",
            )
