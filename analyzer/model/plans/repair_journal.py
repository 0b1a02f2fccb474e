"""The repair journal's words: what was done, by whom, when, to what, and how it stands."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from analyzer.model.core.version_table import TableName
from analyzer.records import Struct, replace

if TYPE_CHECKING:
    from analyzer.model.core.fleet import FleetKind


class RepairKind(StrEnum):
    """What a repair changes; the values are the commands' names."""

    REWRITE = "rewrite"
    RENAME_BACK = "rename-back"


class RepairState(StrEnum):
    """How a repair stands. ``begun`` and ``undoing`` are intents: what came of them is open."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"  # nothing is changed
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def is_open(self) -> bool:
        """Whether a run that was cut off may have left it so."""
        return self in (RepairState.BEGUN, RepairState.UNDOING)

    @property
    def is_gone(self) -> bool:
        """Whether nothing of the repair is left: there is nothing to take back."""
        return self in (RepairState.FAILED, RepairState.UNDONE)


class Actor(Struct, frozen=True):
    """Who: ``user@host`` of the operating system, and ``Name <address>`` of git where it is set."""

    account: str
    git: str | None = None


class TableLocation(Struct, frozen=True):
    """Which version table of which database, without secrets.

    ``system`` is the cluster's system identifier, None where it may not be read; ``server`` is
    host and port as the client saw them.
    """

    system: str | None
    name: str
    oid: int
    server: str
    table: TableName  # the version table

    def is_same(self, other: Self) -> bool:
        """Whether both are one database: the host's name is no proof, the identifiers are."""
        if self.system is not None and other.system is not None:
            return (self.system, self.oid) == (other.system, other.oid)
        return (self.name, self.oid, self.server) == (other.name, other.oid, other.server)


class RepositoryIdentity(Struct, frozen=True):
    """Which repository: where it lies, and its first commit, None before there is one."""

    path: str
    root: str | None
    folders: tuple[str, ...] = ()  # of the migrations, from the root of the work tree


class StoredScript(Struct, frozen=True):
    """A script kept for a repair: its path, and the digest that tells whether it is as written."""

    path: str
    sha256: str


class FilePart(Struct, frozen=True):
    """The files that a rewrite changes with its rows: scripts for sh, all paths that they touch.

    ``steps`` are what they do, as in the journal; ``before`` and ``after`` are fingerprints of the
    paths, ``after`` None until they are moved.
    """

    script: StoredScript
    way_back: StoredScript
    paths: tuple[str, ...]
    before: str
    after: str | None = None
    steps: tuple[Mapping[str, Any], ...] = ()


class FleetPart(Struct, frozen=True):
    """Of which repair of a fleet one tenant's is a part.

    ``id`` names the whole; ``kind`` and ``pattern`` say which fleet it is of, ``member`` which
    schema (database) is changed; ``tenants`` is how many the whole is about.
    """

    id: str
    kind: "FleetKind"
    pattern: str
    member: str
    tenants: int


class Repair(Struct, frozen=True):
    """One repair as its journal entries tell it.

    ``time`` is when it began, ``changed`` the time of the last entry (ISO 8601, UTC);
    ``before`` and ``after`` are fingerprints of what is touched. ``follow_up`` is the draft of a
    migration that brings what edits of renamed files hid, as it was worked out before the repair.
    """

    id: str
    kind: RepairKind
    state: RepairState
    time: str
    changed: str
    who: Actor
    tool: str
    repository: RepositoryIdentity
    script: StoredScript
    way_back: StoredScript
    before: str
    after: str | None
    database: TableLocation | None = None
    steps: tuple[Mapping[str, Any], ...] = ()
    files: tuple[str, ...] = ()  # all paths that a rename touches, whose contents make up its print
    settled: str = ""  # why a repair failed, or how an open one was settled
    undone_by: Actor | None = None
    file_part: FilePart | None = None  # of a rewrite that changes files too
    follow_up: StoredScript | None = None
    version_column: str = "version"  # of the version table
    fleet: FleetPart | None = None  # of a tenant's part in the repair of a fleet

    @property
    def changes_files(self) -> bool:
        """Whether files of the working tree are a part of it."""
        return self.kind is RepairKind.RENAME_BACK or self.file_part is not None

    def standing(
        self, state: RepairState, *, at: str, who: Actor, after: str | None = None, why: str = ""
    ) -> "Repair":
        """The same repair, a step on."""
        undone_by = who if state is RepairState.UNDONE else self.undone_by
        return replace(
            self,
            state=state,
            changed=at,
            settled=why,
            after=after or self.after,
            undone_by=undone_by,
        )


class FleetRepair(Struct, frozen=True):
    """The repair of a fleet: one entry a tenant, in the order in which they were begun."""

    id: str
    repairs: tuple[Repair, ...]

    @property
    def standing(self) -> tuple[Repair, ...]:
        """What may have to be taken back."""
        return tuple(repair for repair in self.repairs if not repair.state.is_gone)


def fleet_repair(repairs: Iterable[Repair], whole: str) -> FleetRepair:
    """The parts of the repair of that name."""
    parts = (it for it in repairs if it.fleet is not None and it.fleet.id == whole)
    return FleetRepair(whole, tuple(parts))


def fingerprint(texts: Iterable[str]) -> str:
    """A digest of rows, or of paths with their contents; their order does not matter."""
    listed = json.dumps(sorted(texts), ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(listed.encode()).hexdigest()}"
