"""Which members of a fleet are alike, so that each kind is diagnosed once."""

from collections.abc import Iterable

from analyzer.model.core.fleet import FleetGroup, FleetMember


def group_members(members: Iterable[FleetMember]) -> tuple[FleetGroup, ...]:
    """Put members with equal rows and equal fingerprints together, as far as notes do not differ.

    Returns: the groups, largest first, and of equals the one with the first name; within each the
        members by name. The order in which they were read does not matter.
    """
    alike: dict[tuple[object, ...], list[FleetMember]] = {}
    for member in sorted(members, key=lambda it: it.name):
        evidence = member.noted.evidence if member.noted else frozenset()
        kind = (member.rows, member.fingerprint, member.table.name, evidence)
        alike.setdefault(kind, []).append(member)
    by_size = sorted(alike.values(), key=lambda it: (-len(it), it[0].name))
    return tuple(FleetGroup(tuple(them)) for them in by_size)


def group_name(fleet: str, number: int) -> str:
    """What a group is called: the fleet's name, and its place, one-based, by size."""
    return f"{fleet}:{number}"
