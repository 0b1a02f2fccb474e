"""The walk over several environments: each read at the same time, the history once for all."""

from collections.abc import Callable, Sequence

from analyzer.analysis.diagnosis.joined_reports import join_reports, with_joint_way
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.environments import Unreadable
from analyzer.model.core.fleet import UnreadMember
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.rename import Decision
from analyzer.model.findings.report import Report, RepositoryFacts
from analyzer.records import Struct, replace
from analyzer.workflow.advice.joint_choice import choose_jointly
from analyzer.workflow.advice.typed_commands import naming_of_fleet
from analyzer.workflow.fleets.reading import FleetRead, GroupRead
from analyzer.workflow.reading.ahead import Later
from analyzer.workflow.reading.fleets import fleet_of
from analyzer.workflow.reading.reading import Environment
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk, WalkStart


class Walks(Struct, frozen=True):
    """The finished walks, one for each environment that could be read, and their joint report."""

    report: Report
    walks: tuple[Walk, ...]


class EachWalk(Struct, frozen=True):
    """The finished walks, and what could not be read: an environment, or a fleet's member."""

    start: WalkStart
    walks: tuple[Walk, ...]
    unread: tuple[UnreadEnvironment, ...]
    unread_members: tuple[UnreadMember, ...]
    errors: tuple[AnalyzerError, ...]


def walk_all(requests: Sequence[Request]) -> Walks:
    """Diagnose all environments. One that cannot be read hides none of the others.

    Raises:
        AnalyzerError: the repository cannot be read, or a decision fits no environment.
    """
    each = walk_each(requests)
    report = join_reports(each.start.facts(), [done.report for done in each.walks], each.unread)
    if len({request.directories for request in requests}) > 1:
        report = replace(report, repository=_of_all_folders(report, each.walks))
    joint = choose_jointly(each.walks, report, requests)
    findings = tuple(with_joint_way(it, joint) for it in report.findings)
    return Walks(replace(report, joint=joint, findings=findings), each.walks)


def walk_each(requests: Sequence[Request]) -> EachWalk:
    """Diagnose each environment, and of a fleet each kind of member. Raises as `walk_all`."""
    start = WalkStart(requests[0])
    readings = [_begun(start, request) for request in requests]
    walks: list[Walk] = []
    unread: list[UnreadEnvironment] = []
    members: list[UnreadMember] = []
    errors: list[AnalyzerError] = []
    for request, reading in zip(requests, readings, strict=True):
        try:
            read = reading()
            walks += [_finished(start, it) for it in read.groups]
        except AnalyzerError as error:
            errors.append(error)
            unread.append(UnreadEnvironment(request.environment, _fault(error)))
        else:
            members += read.unread
            unread += [_member(request.environment, it) for it in read.unread]
    _demand_heard(requests[0], walks)
    return EachWalk(start, tuple(walks), tuple(unread), tuple(members), tuple(errors))


def _fault(error: AnalyzerError) -> Unreadable:
    return Unreadable(error.what, error.why, error.fix)


def _member(fleet: str, member: UnreadMember) -> UnreadEnvironment:
    name = f"{fleet}:{member.name}"
    return UnreadEnvironment(name, Unreadable(member.what, member.why, member.fix), (member.name,))


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


def _begun(start: WalkStart, request: Request) -> Callable[[], FleetRead]:
    """Begin to read; what is known to fail fails when it is asked for."""
    if request.fault is not None:
        return _failing(
            UsageError(request.fault.what, why=request.fault.why, fix=request.fault.fix)
        )
    try:
        fleet = fleet_of(request)
        if fleet is not None:
            return start.begin_fleet(request, fleet)
        reading = start.begin(request, several=True)
    except AnalyzerError as error:  # of its own folders
        return _failing(error)
    return lambda: FleetRead((GroupRead(request, None, reading.result()),), ())


def _failing(error: AnalyzerError) -> Callable[[], FleetRead]:
    def fail() -> FleetRead:
        raise error

    return fail


def _finished(start: WalkStart, read: GroupRead) -> Walk:
    """Finish one walk; of a fleet's group the report names the members."""
    done = _decided(start, read.request, read.environment)
    if read.group is None:
        return done
    environment = done.report.environments[0]
    told = replace(environment.recommendations, of_fleet=naming_of_fleet(read.request))
    alike = replace(environment, members=read.group.names, recommendations=told)
    report = replace(done.report, environments=(alike,))
    return replace(done, report=report, group=read.group)


def _decided(start: WalkStart, request: Request, environment: Environment) -> Walk:
    """Finish it with those of the user's decisions that are about this environment."""
    try:
        return start.finish(request, Later(lambda: environment))
    except UsageError:
        if not request.decisions:
            raise
    fitting = [one for one in request.decisions if _fits(start, request, environment, one)]
    return start.finish(replace(request, decisions=tuple(fitting)), Later(lambda: environment))


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
