"""Dumps by the engine's own programs: what is dumped, checked, and loaded again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from analyzer.engines.sessions import Gateway, Session
from analyzer.model.recovery.backup import BackupWish
from analyzer.model.recovery.recovery import ForeignKeyEdge
from analyzer.model.schema.database_state import DatabaseState, TableState
from analyzer.records import Struct

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from analyzer.model.core.progress import Progress
    from analyzer.model.core.version_table import TableName
    from analyzer.model.recovery.checklist import Item
    from analyzer.model.recovery.manifest import Manifest


class Tool(Struct, frozen=True):
    """A client program: where it is, and its version in full and in its first part."""

    program: str
    version: str
    major: int


class Moment(Struct, frozen=True):
    """One snapshot, and what the database is in it; ``partitions`` are a root's, by its label."""

    gateway: Gateway
    snapshot: str
    state: DatabaseState
    partitions: Mapping[str, tuple[tuple[str, str], ...]]  # schema and name of each
    edges: tuple[ForeignKeyEdge, ...]


class DumpTask(Struct, frozen=True):
    """What is dumped: these tables of a moment, as the user wishes, with this program."""

    moment: Moment
    wish: BackupWish
    tool: Tool
    tables: tuple[TableState, ...]


class Checksums(Protocol):
    """Tables that are counted beside whatever else goes on."""

    @property
    def restored(self) -> bool:
        """Whether it was the dump that was counted, restored, and not the snapshot."""
        ...

    def start(self, tables: Iterable[TableState], workers: int) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """Let each session end after the table that it is at."""
        ...

    def finish(self, tables: Sequence[TableState]) -> tuple[TableState, ...]:
        """Wait, and return the tables with their rows and checksums."""
        ...


class Loader(Protocol):
    """Runs one backup's statements in one database."""

    def load(self, progress: "Progress") -> None:
        """Load all of it."""
        ...


class Dumps(Protocol):
    """Dumps by the engine's own programs, and what they hold."""

    def frozen_moment(
        self, gateway: Gateway, version_table: "TableName" = ...
    ) -> "AbstractContextManager[Moment]":
        """Hold one snapshot of a database open for as long as the block runs."""
        ...

    def checksum_work(
        self,
        gateway: Gateway,
        snapshot: str | None,
        done: Callable[[TableState, int], None] = ...,
        columns: dict[str, tuple[str, ...]] = ...,
    ) -> Checksums:
        """Count tables in a snapshot; None takes one a session."""
        ...

    def fitted(self, wish: BackupWish) -> BackupWish:
        """A wish as the engine's programs carry it out, or raise UsageError."""
        ...

    def write_dump(self, dump: DumpTask, folder: Path, progress: "Progress") -> None:
        """Write a dump."""
        ...

    def dump_loader(
        self, target: Gateway, folder: Path, manifest: "Manifest", major: int, *, owners: bool
    ) -> Loader:
        """Load a backup."""
        ...

    def find_tool(self, gateway: Gateway, name: str, at_least: int) -> "Tool | None":
        """Find a program that can speak to a server of this major version."""
        ...

    def newest_tool(self, gateway: Gateway, name: str) -> "Tool | None":
        """Find the newest of a program's versions."""
        ...

    def demand_tool(self, gateway: Gateway, name: str, at_least: int) -> Tool:
        """Find a program as `find_tool` does, or raise EnvironmentToolError."""
        ...

    def checks(
        self, gateway: Gateway, state: DatabaseState
    ) -> "tuple[tuple[str, Callable[[], Item]], ...]":
        """Name the checks of what a backup needs, and how each is made."""
        ...

    def demand_empty(self, session: Session) -> None:
        """Make sure that nothing of a user's is in a database, or raise RefusedError."""
        ...

    def demand_fitting(self, session: Session, manifest: "Manifest", *, owners: bool) -> None:
        """Make sure that the server has what the backup needs, or raise DatabaseError."""
        ...

    def missing_extensions(self, session: Session, manifest: "Manifest") -> list[str]:
        """Name the extensions of a backup that a server does not have."""
        ...

    def with_parts(self, state: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take apart the statements that a state's settings held in the first format."""
        ...
