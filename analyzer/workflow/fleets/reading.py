"""Reading a fleet: each kind of member becomes an environment of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.fleets.groups import group_members, group_name
from analyzer.engines.ports.fleets import FleetReader
from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetGroup, FleetMember, UnreadMember
from analyzer.records import Struct, replace
from analyzer.workflow.places.address_origin import telling_where
from analyzer.workflow.reading.ahead import Ahead, Later
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import Environment, environment_of

if TYPE_CHECKING:
    from analyzer.model.notes.note import Notebook
    from analyzer.model.notes.note_state import NoteState


class GroupRead(Struct, frozen=True):
    """What one environment is, read: a kind of member, or a database that is no fleet's.

    ``request`` is about it alone.
    """

    request: Request
    group: FleetGroup | None
    environment: Environment


class FleetRead(Struct, frozen=True):
    """A fleet, read: its groups, largest first, and the members that cannot be read.

    A database that is no fleet's is read as one of one.
    """

    groups: tuple[GroupRead, ...]
    unread: tuple[UnreadMember, ...]


def begin_fleet(request: Request, fleet: Fleet, framework: Framework) -> Later[FleetRead]:
    """Begin to read a fleet; ask for it when everything else was begun.

    Raises, when it is asked for: DatabaseError: no member was found, or the server cannot be read.
    """
    gateway = open_gateway(request.database_url, request.exec_prefix)
    gateway.engine.demand_fleets()
    # in the thread it would contend with what is loaded meanwhile
    gateway.engine.access.load_driver(alone=request.alone)
    return Ahead(lambda: _read_telling(request, fleet, framework, gateway))


def _read_telling(
    request: Request, fleet: Fleet, framework: Framework, gateway: Gateway
) -> FleetRead:
    with telling_where(request):
        return _read(request, fleet, framework, gateway)


def _read(request: Request, fleet: Fleet, framework: Framework, gateway: Gateway) -> FleetRead:
    fleets = gateway.engine.demand_fleets()
    with fleets.hold_fleet(gateway, fleet, request.table, framework) as reader:
        reading = reader.read_members()
        if not reading.members and not reading.unread:
            raise no_member(fleet, gateway)
        groups = []
        members, busy = _with_notes(reader, reading.members, framework)
        for number, group in enumerate(group_members(members), start=1):
            name = group_name(request.environment, number)
            environment = environment_of(reader.read_alike(group.members, name))
            own = replace(request, environment=name, table=environment.table.table)
            groups.append(GroupRead(own, group, environment))
        unread = sorted((*reading.unread, *busy), key=lambda it: it.name)
    return FleetRead(tuple(groups), tuple(unread))


def _with_notes(
    reader: FleetReader, members: Sequence[FleetMember], framework: Framework
) -> tuple[Sequence[FleetMember], Sequence[UnreadMember]]:
    """The members, each with what the notes beside its table come to; equal ones are kept once.

    Those whose notes are locked come second: a repair could not keep the notes true.
    """
    same: dict[NoteState, NoteState] = {}
    noted: dict[str, NoteState] = {}
    busy: dict[str, UnreadMember] = {}
    for member, notebook in reader.read_notes(members, there=True):
        from analyzer.analysis.notes.state import state_of  # most fleets have none
        from analyzer.model.notes.note import ONCE_FREE

        if notebook.locked:
            busy[member.name] = _busy(member, notebook, ONCE_FREE)
            continue
        state = state_of(notebook, framework.numbering)
        noted[member.name] = same.setdefault(state, state)
    if not noted and not busy:
        return members, ()
    left = [replace(it, noted=noted.get(it.name)) for it in members if it.name not in busy]
    return left, tuple(busy.values())


def _busy(member: FleetMember, notebook: "Notebook", fix: str) -> UnreadMember:
    what = f"the notes in {notebook.place} are locked by another session"
    return UnreadMember(member.name, what, notebook.trouble, fix)


def no_member(fleet: Fleet, gateway: Gateway) -> DatabaseError:
    """Say that nothing fits a pattern."""
    return DatabaseError(
        f"no {fleet.kind} of {gateway.place} that fits {fleet.pattern!r} has a version table",
        why="in a pattern * is any text and ? one character, and nothing else is special; the "
        "version table may have another name, or may not be visible to this user",
        fix=f"correct {fleet.kind.option}, or name the table: --version-table NAME",
    )
