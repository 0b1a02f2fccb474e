"""Noting what ran in a fleet: all of it is read at one moment, and each tenant has its own notes.

Each is written to in a transaction of its own. What is noted already is not noted again, so that a
run that was cut off is gone on with by the same command.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from analyzer.analysis.fleets.groups import group_members
from analyzer.analysis.notes.seals import read_chain
from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.environments import Unreadable
from analyzer.model.core.fleet import Fleet
from analyzer.model.notes.recorded_notes import RecordedFleet, RecordedNotes, TenantNotes
from analyzer.records import Struct, replace
from analyzer.services.fleets.earlier import place_of
from analyzer.services.fleets.told import Pace
from analyzer.services.recording.options import RecordOptions
from analyzer.services.recording.recorder import Found, Recorder, demand_room
from analyzer.sources.git.git import open_repository
from analyzer.workflow.fleets.reading import no_member
from analyzer.workflow.reading.request import Request

_MOST_FAILURES = 3  # one after another: then it is the server, or the role


class _Tenant(Struct, frozen=True):
    """What was found of one tenant, or why nothing was."""

    name: str
    found: Found | None = None
    error: AnalyzerError | None = None


def record_fleet(
    request: Request,
    fleet: Fleet,
    options: RecordOptions,
    variables: Mapping[str, str],
    say: Callable[[str], None],
) -> RecordedFleet:
    """Note of each tenant which versions are in its table that no note speaks of.

    What is wrong with one tenant is told, and does not stop the others.

    Args: say: told now and then how far it is.

    Raises:
        AnalyzerError: the fleet or the repository cannot be read; nothing was changed.
    """
    if options.to is not None:
        raise UsageError(
            "--to is not available for a fleet",
            why="a file holds the notes about one version table",
            fix="leave out --to: each tenant gets a table of notes of its own",
        )
    recorder = Recorder(open_repository(request.repo), request, options, variables)
    gateway = open_gateway(request.database_url, request.exec_prefix)
    tenants = sorted(_look(recorder, gateway, fleet), key=lambda it: it.name)
    return _Recording(recorder, gateway, fleet, Pace(say, len(tenants))).noted(tenants)


def _look(recorder: Recorder, gateway: Gateway, fleet: Fleet) -> Iterator[_Tenant]:
    """Read all tenants, and say of each what is to be noted."""
    request, fleets = recorder.request, gateway.engine.demand_fleets()
    with fleets.hold_fleet(gateway, fleet, request.table, recorder.reader) as reader:
        reading = reader.read_members()
        if not reading.members and not reading.unread:
            raise no_member(fleet, gateway)
        for it in reading.unread:
            yield _Tenant(it.name, error=AnalyzerError(it.what, why=it.why, fix=it.fix))
        for group in group_members(reading.members):
            table = reader.read_alike(group.members, request.environment).versions
            for member, notebook in reader.read_notes(group.members, there=False):
                try:
                    own = replace(table, table=member.table)
                    anew = recorder.options.anew and read_chain(notebook).is_broken
                    found = recorder.decide(own, notebook, anew=anew)
                except AnalyzerError as error:
                    yield _Tenant(member.name, error=error)
                else:
                    yield _Tenant(member.name, found.compact)


class _Recording:
    """One run that writes to tenant after tenant."""

    def __init__(self, recorder: Recorder, gateway: Gateway, fleet: Fleet, pace: Pace) -> None:
        self._pace = pace
        self._recorder, self._gateway, self._fleet = recorder, gateway, fleet
        self._status = self._missed = 0
        self._remarks = dict.fromkeys(recorder.deployed.remarks)
        self._left: list[str] = []

    def noted(self, tenants: Sequence[_Tenant]) -> RecordedFleet:
        """Write, and tell what came of it."""
        ends = tuple(self._each(tenants))
        recorder, gateway = self._recorder, self._gateway
        return RecordedFleet(
            self._fleet.kind.value,
            gateway.place,
            ends,
            tuple(self._left),
            recorder.deployed.commit,
            recorder.deployed.how,
            tuple(self._remarks),
            self._status,
        )

    def _each(self, tenants: Iterable[_Tenant]) -> Iterator[TenantNotes]:
        for it in tenants:
            self._pace.step()
            if it.found is None or self._missed == _MOST_FAILURES:
                yield from self._passed_over(it)
                continue
            try:
                recorded = self._write(it.name, it.found)
            except AnalyzerError as error:
                yield self._failed(it.name, error)
            else:
                self._remarks.update(dict.fromkeys(recorded.remarks))
                yield TenantNotes(it.name, recorded)

    def _passed_over(self, tenant: _Tenant) -> Iterator[TenantNotes]:
        if tenant.error is not None:
            yield self._failed(tenant.name, tenant.error)
        elif tenant.found is not None and tenant.found.planned:
            self._left.append(tenant.name)
        elif tenant.found is not None:
            yield TenantNotes(tenant.name, self._recorder.told(tenant.found, 0))

    def _write(self, name: str, found: Found) -> RecordedNotes:
        place = place_of(self._gateway, self._fleet.kind, name)
        if not found.planned:
            return self._recorder.told(found, 0)
        demand_room(found.notebook, in_fleet=True)
        self._missed += 1
        recorded = self._recorder.note(place, found.table, found)
        self._missed = 0
        return recorded

    def _failed(self, name: str, error: AnalyzerError) -> TenantNotes:
        self._status = max(self._status, error.status)
        return TenantNotes(name, error=Unreadable(error.what, error.why, error.fix))
