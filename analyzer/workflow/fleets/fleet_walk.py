"""The walk through a fleet: the history is read once, and each kind of member diagnosed once."""

from collections.abc import Sequence

from analyzer.analysis.fleets.groups import group_members, group_name
from analyzer.engines.fleets import FleetReader
from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.fleet import Fleet, FleetGroup, FleetReading, UnreadMember
from analyzer.model.core.version_table import VersionTable
from analyzer.records import Struct, replace
from analyzer.sources.git.git import Repository, open_repository
from analyzer.workflow.conclude import conclude
from analyzer.workflow.reading.reading import (
    Environment,
    TargetFiles,
    best_target,
    environment_of,
    read_targets,
    reread,
)
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.target_history import TargetHistory
from analyzer.workflow.walk import Walk


class GroupWalk(Struct, frozen=True):
    """The finished walk of one kind of member, under the name that reports give it."""

    name: str
    group: FleetGroup
    done: Walk


class FleetWalk(Struct, frozen=True):
    """A fleet, diagnosed: its groups, largest first, and the members that cannot be read."""

    fleet: Fleet
    groups: tuple[GroupWalk, ...]
    unread: tuple[UnreadMember, ...]

    @property
    def members(self) -> int:
        """How many members were read."""
        return sum(len(it.group.members) for it in self.groups)


def walk_fleet(request: Request, fleet: Fleet) -> FleetWalk:
    """Read a fleet and the history, and diagnose each group.

    Raises:
        DatabaseError: no member was found. AnalyzerError: something cannot be read.
    """
    repository = open_repository(request.repo)
    targets = read_targets(repository, request)
    histories = _Histories(repository, targets, cache=request.cache)
    reading, found = _read(request, fleet, targets[0].framework)
    groups = []
    for number, (group, environment) in enumerate(found, start=1):
        name = group_name(request.environment, number)
        start, table = histories.for_rows(environment.table)
        own = replace(request, environment=name, table=table.table)
        done = conclude(start, own, replace(environment, table=table))
        groups.append(GroupWalk(name, group, Walk(*done)))
    return FleetWalk(fleet, tuple(groups), reading.unread)


class _Histories:
    """The history of each application, read once, whatever the number of environments."""

    def __init__(
        self, repository: Repository, targets: Sequence[TargetFiles], *, cache: bool
    ) -> None:
        self._repository, self._targets, self._cache = repository, targets, cache
        self._read: dict[tuple[str, ...], TargetHistory] = {}
        if len(targets) == 1:
            self._of(targets[0]).begin()

    def for_rows(self, table: VersionTable) -> tuple[TargetHistory, VersionTable]:
        """The history of the application that fits the rows best, and how it reads them."""
        reader = self._targets[0].framework
        best = best_target(self._targets, table, reader)
        return self._of(best), reread(table, reader, best.framework)

    def _of(self, target: TargetFiles) -> TargetHistory:
        folders = target.files.directories
        if folders not in self._read:
            self._read[folders] = TargetHistory(self._repository, target, cache=self._cache)
        return self._read[folders]


def _read(
    request: Request, fleet: Fleet, framework: Framework
) -> tuple[FleetReading, list[tuple[FleetGroup, Environment]]]:
    """All members, and each group with its environment."""
    gateway = open_gateway(request.database_url, request.exec_prefix)
    fleets = gateway.engine.demand_fleets()
    with fleets.hold_fleet(gateway, fleet, request.table, framework) as reader:
        reading = reader.read_members()
        if not reading.members and not reading.unread:
            raise _none(fleet, gateway)
        groups = group_members(reading.members)
        return reading, _environments(reader, groups, request.environment)


def _environments(
    reader: FleetReader, groups: Sequence[FleetGroup], name: str
) -> list[tuple[FleetGroup, Environment]]:
    return [
        (group, environment_of(reader.read_alike(group.members, group_name(name, number))))
        for number, group in enumerate(groups, start=1)
    ]


def _none(fleet: Fleet, gateway: Gateway) -> DatabaseError:
    return DatabaseError(
        f"no {fleet.kind} of {gateway.place} that fits {fleet.pattern!r} has a version table",
        why="in a pattern * is any text and ? one character, and nothing else is special; the "
        "version table may have another name, or may not be visible to this user",
        fix=f"correct {fleet.kind.option}, or name the table: --table NAME",
    )
