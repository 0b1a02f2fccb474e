"""What a role may do with a version table."""

from analyzer.model.plans.repair_journal import TableLocation
from analyzer.records import Struct


class Standing(Struct, frozen=True):
    """Which database, who asks, and what that role may do.

    ``privileges`` are of the version table and its schema; ``audit`` is whether the audit table
    may be written to, None where there is none yet. ``children`` are tables that inherit from it.
    """

    identity: TableLocation
    role: str
    version: int  # of the server, 150018 is 15.18
    standby: bool
    privileges: frozenset[str]
    audit: bool | None
    children: tuple[str, ...]
    between: tuple[str, ...] = ()  # what stands between us and the rows, in words
