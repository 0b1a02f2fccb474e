"""The walk through a fleet: the history is read once, and each kind of member diagnosed once."""

from analyzer.model.core.fleet import Fleet, FleetGroup, UnreadMember
from analyzer.records import Struct
from analyzer.workflow.each_walk import walk_each
from analyzer.workflow.reading.request import Request
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


def walk_fleet(request: Request, fleet: Fleet) -> FleetWalk:
    """Read a fleet and the history, and diagnose each group.

    Raises:
        AnalyzerError: something cannot be read, or there is no member.
    """
    found = walk_each([request])
    for error in found.errors:
        raise error
    groups = (
        GroupWalk(done.inference.request.environment, done.group, done)
        for done in found.walks
        if done.group is not None
    )
    return FleetWalk(fleet, tuple(groups), found.unread_members)
