"""The walk through each of several environments, whatever becomes of the others."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from analyzer.errors import AnalyzerError, NotItsTableError, UsageError
from analyzer.model.core.environments import Unreadable
from analyzer.model.core.fleet import UnreadMember
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.rename import Decision
from analyzer.model.words.shell_word import shell_word
from analyzer.records import Struct, replace
from analyzer.workflow.fleets.reading import FleetRead, GroupRead
from analyzer.workflow.next_steps.typed_commands import naming_of_fleet
from analyzer.workflow.reading.ahead import Later, as_they_end
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import Environment
from analyzer.workflow.reading.rows.fleets import fleet_of
from analyzer.workflow.walk import Walk, WalkStart

_BY_OPTION = re.compile(r"pass --database-url \S+, or set DATABASE_URL")


class EachWalk(Struct, frozen=True):
    """The finished walks, and what could not be read: an environment, or a fleet's member."""

    start: WalkStart
    walks: tuple[Walk, ...]
    unread: tuple[UnreadEnvironment, ...]
    unread_members: tuple[UnreadMember, ...]
    errors: tuple[AnalyzerError, ...]


class _Outcome(Struct, frozen=True):
    """What became of one request: the walks of its groups, or why there are none."""

    walks: tuple[Walk, ...] = ()
    unread: tuple[UnreadMember, ...] = ()
    error: AnalyzerError | None = None


def walk_each(
    requests: Sequence[Request], held_up: Callable[[Sequence[str]], None] | None = None
) -> EachWalk:
    """Diagnose each environment, and of a fleet each kind of member.

    Each is diagnosed as soon as it was read, while the others still are; told they are in the
    order in which they were asked for.

    Args: held_up: told the names of those that keep the report of all others waiting, if any do.

    Raises:
        AnalyzerError: the repository cannot be read, or a decision fits no environment.
    """
    start = WalkStart(requests[0])
    readings = [_begun(start, request) for request in requests]
    start.work_while(requests[0], lambda: all(it.goes_on() for it in readings))
    ended = as_they_end(readings, held_up and _naming(requests, held_up))
    outcomes = {place: _outcome(start, requests[place], readings[place]) for place in ended}
    return _told(start, requests, [outcomes[place] for place in range(len(requests))])


def _naming(
    requests: Sequence[Request], held_up: Callable[[Sequence[str]], None]
) -> Callable[[Sequence[int]], None]:
    return lambda places: held_up([requests[place].environment for place in sorted(places)])


def _outcome(start: WalkStart, request: Request, reading: Later[FleetRead]) -> _Outcome:
    try:
        read = reading.result()
        return _Outcome(tuple(_finished(start, it) for it in read.groups), read.unread)
    except NotItsTableError as error:
        return _of_another_framework(start, request, error)
    except AnalyzerError as error:
        error.fix = _as_asked(error.fix, request)
        return _Outcome(error=error)


def _as_asked(fix: str, request: Request) -> str:
    """How to fix it where an environment was asked for, and no option that names a database."""
    if request.named is None:
        return fix
    held = request.place.stands_in if request.place is not None else ""
    told = _BY_OPTION.sub(f"it is in {held}", fix) if held else fix
    name = shell_word(request.environment)
    return told.replace("pass --rows FILE", f"pass --environment {name}=FILE")


def _of_another_framework(start: WalkStart, request: Request, error: NotItsTableError) -> _Outcome:
    """The walk by the framework, of several in the repository, whose version table it is."""
    if request.is_fleet:
        return _Outcome(error=error)
    try:
        return _Outcome((_decided(start, request, _failing(error)),))
    except AnalyzerError as other:
        return _Outcome(error=other)


def _told(start: WalkStart, requests: Sequence[Request], outcomes: Sequence[_Outcome]) -> EachWalk:
    walks: list[Walk] = []
    unread: list[UnreadEnvironment] = []
    for request, outcome in zip(requests, outcomes, strict=True):
        walks += outcome.walks
        unread += _unread(request.environment, outcome, len(walks))
    _demand_heard(requests[0], walks)
    return EachWalk(
        start,
        tuple(walks),
        tuple(unread),
        tuple(member for it in outcomes for member in it.unread),
        tuple(it.error for it in outcomes if it.error is not None),
    )


def _unread(name: str, outcome: _Outcome, after: int) -> list[UnreadEnvironment]:
    """What could not be read: the environment, or some members of a fleet."""
    if outcome.error is not None:
        error = outcome.error
        return [UnreadEnvironment(name, Unreadable(error.what, error.why, error.fix), after=after)]
    return [
        UnreadEnvironment(
            f"{name}:{it.name}", Unreadable(it.what, it.why, it.fix), (it.name,), after=after
        )
        for it in outcome.unread
    ]


def _begun(start: WalkStart, request: Request) -> Later[FleetRead]:
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
    return reading.then(lambda environment: FleetRead((GroupRead(request, None, environment),), ()))


def _failing(error: AnalyzerError) -> Later[Any]:
    def fail() -> object:
        raise error

    return Later(fail)


def _finished(start: WalkStart, read: GroupRead) -> Walk:
    """Finish one walk; of a fleet's group the report names the members."""
    done = _decided(start, read.request, Later(lambda: read.environment))
    if read.group is None:
        return done
    environment = done.report.environments[0]
    told = replace(environment.next_steps, of_fleet=naming_of_fleet(read.request))
    alike = replace(environment, members=read.group.names, next_steps=told)
    report = replace(done.report, environments=(alike,))
    return replace(done, report=report, group=read.group)


def _decided(start: WalkStart, request: Request, reading: Later[Environment]) -> Walk:
    """Finish it with those of the user's decisions that are about this environment."""
    try:
        return start.finish(request, reading)
    except UsageError:
        if not request.decisions:
            raise
    fitting = [one for one in request.decisions if _fits(start, request, reading, one)]
    return start.finish(replace(request, decisions=tuple(fitting)), reading)


def _fits(
    start: WalkStart, request: Request, reading: Later[Environment], decision: Decision
) -> bool:
    try:
        start.finish(replace(request, decisions=(decision,)), reading)
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
                why="OLD is what ran, NEW a current file: by version, file name or path",
                fix="copy the versions from the report of migdoctor diagnose",
            )
