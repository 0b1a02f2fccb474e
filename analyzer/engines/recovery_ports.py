"""What backups and recoveries ask of an engine: databases, rows carried over, and dumps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from analyzer.engines.sessions import Gateway, Route, Session

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from analyzer.engines.dumps import DumpTask, Moment, Tool
    from analyzer.model.core.progress import Progress
    from analyzer.model.core.version_table import TableName
    from analyzer.model.recovery.backup import BackupWish, Manifest
    from analyzer.model.recovery.checklist import Item
    from analyzer.model.recovery.fit import Fit
    from analyzer.model.recovery.other_session import OtherSession
    from analyzer.model.recovery.recovery import Counted, Misfit, TablePart
    from analyzer.model.schema.database_state import DatabaseSettings, DatabaseState, TableState


class Databases(Protocol):
    """Databases of a server: made, renamed, dropped, and who is in them."""

    def maintenance(self, gateway: Gateway, apart_from: str) -> Session:
        """Open a session with the server that is not in this database."""
        ...

    def database_oid(self, session: Session, name: str) -> int | None:
        """Tell a database's number; None where there is none of this name."""
        ...

    def database_name(self, session: Session, oid: int) -> str | None:
        """Tell the name that the database of this number has now."""
        ...

    def data_folder(self, session: Session) -> str | None:
        """Tell where the server keeps its data, on its own machine; None where it does not say."""
        ...

    def without_owners(self, session: Session, settings: "DatabaseSettings") -> "DatabaseSettings":
        """The settings of a database that is the session's role's own, and granted to nobody."""
        ...

    def other_sessions(self, session: Session, database: str) -> "tuple[OtherSession, ...]":
        """List who else is connected to a database."""
        ...

    def end_sessions(self, session: Session, label: str) -> None:
        """End the sessions that an earlier run of ours left behind."""
        ...

    def try_claim(self, session: Session, name: str) -> bool:
        """Take a lock of this name for as long as the session lasts; whether it was free."""
        ...

    def rename_database(self, session: Session, old: str, new: str) -> None:
        """Rename a database. Raises StatementError where somebody is connected."""
        ...

    def create_database(self, session: Session, name: str, settings: "DatabaseSettings") -> None:
        """Create a database like another one, all but what would hinder filling it."""
        ...

    def finish_database(self, session: Session, name: str, settings: "DatabaseSettings") -> None:
        """Give it the rest of its settings and its grants."""
        ...

    def create_statements(
        self, name: str, settings: "DatabaseSettings", server_version: int
    ) -> list[str]:
        """Write the statements of `create_database`."""
        ...

    def finish_statements(self, name: str, settings: "DatabaseSettings") -> list[str]:
        """Write the statements of `finish_database`."""
        ...

    def create_scratch(self, session: Session, name: str, encoding: str) -> None:
        """Create an empty database to try things in."""
        ...

    def create_roles(self, session: Session, names: Iterable[str]) -> None:
        """Create the roles that are not there, without any right."""
        ...

    def drop_database(self, session: Session, name: str) -> None:
        """Drop a database, whoever is in it."""
        ...

    def drop_quietly(self, gateway: Gateway, name: str) -> None:
        """Drop a database of ours, if the server lets us."""
        ...

    def temporary_name(self, name: str, purpose: str) -> str:
        """A name of ours for a while, as long as the engine allows."""
        ...

    def recovery_name(self, database: str, purpose: str, recovery: str) -> str:
        """A name that belongs to one recovery."""
        ...

    def shortened(self, name: str, tail: int) -> str:
        """The beginning of a name that leaves room for so many bytes."""
        ...


class KeptRows(Protocol):
    """What one recovery keeps: rows before its load, and since the load where it went back."""

    def holds(self, session: Session, part: "TablePart") -> bool:
        """Whether the rows that a table had before are kept."""
        ...

    def put(self, session: Session, part: "TablePart", kind: str = "before") -> str:
        """Copy a table's rows into one of ours; return its name."""
        ...

    def clear(self, session: Session, kind: str = "before") -> None:
        """Drop this recovery's tables of one kind."""
        ...


class Loading(Protocol):
    """Rows carried from one database into another, verified before they stay."""

    def kept_rows(self, recovery: str) -> KeptRows:
        """What this recovery keeps."""
        ...

    def as_table(self, part: "TablePart") -> "TableState":
        """Name a part as a table."""
        ...

    def rows_query(self, part: "TablePart") -> str:
        """Ask for a part's rows."""
        ...

    def count_part(self, session: Session, part: "TablePart") -> "Counted":
        """Count a part's rows, with their checksum."""
        ...

    def holds_rows(self, session: Session, part: "TablePart") -> bool:
        """Whether a part holds any rows."""
        ...

    def load_together(
        self,
        route: Route,
        parts: "Sequence[TablePart]",
        progress: "Progress",
        kept: KeptRows | None,
    ) -> "dict[str, Counted]":
        """Copy tables that refer to each other: all or nothing."""
        ...

    def put_back(
        self,
        target: Gateway,
        parts: "Sequence[TablePart]",
        kept: KeptRows,
        loaded: "Mapping[str, Counted]",
    ) -> list[str]:
        """Give tables the rows that they had before."""
        ...

    def empty_tables(self, target: Gateway, parts: "Sequence[TablePart]") -> None:
        """Take all rows out of tables."""
        ...

    def find_misfits(self, source: Gateway, target: Gateway, fit: "Fit") -> "tuple[Misfit, ...]":
        """Look at the rows where the catalogues leave it open whether they fit."""
        ...

    def carry_sequences(
        self, route: Route, progress: "Progress", tables: frozenset[str] | None = None
    ) -> None:
        """Let no sequence give out a number twice."""
        ...

    def copy_large_objects(self, source: Gateway, target: Gateway) -> None:
        """Copy what is kept outside the tables."""
        ...

    def refresh_views(self, gateway: Gateway) -> None:
        """Fill the views that hold rows of their own, each after those that it may read."""
        ...

    def count_tables(
        self,
        gateway: Gateway,
        tables: "Sequence[TableState]",
        *,
        columns: dict[str, tuple[str, ...]] | None = None,
        done: "Callable[[TableState, int], None]" = ...,
        workers: int = 1,
    ) -> "tuple[TableState, ...]":
        """Count rows, with their checksums."""
        ...


class Checksums(Protocol):
    """Tables that are counted beside whatever else goes on."""

    @property
    def restored(self) -> bool:
        """Whether it was the dump that was counted, restored, and not the snapshot."""
        ...

    def start(self, tables: "Iterable[TableState]", workers: int) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """Let each session end after the table that it is at."""
        ...

    def finish(self, tables: "Sequence[TableState]") -> "tuple[TableState, ...]":
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
        done: "Callable[[TableState, int], None]" = ...,
        columns: dict[str, tuple[str, ...]] = ...,
    ) -> Checksums:
        """Count tables in a snapshot; None takes one a session."""
        ...

    def fitted(self, wish: "BackupWish") -> "BackupWish":
        """A wish as the engine's programs carry it out, or raise UsageError."""
        ...

    def write_dump(self, dump: "DumpTask", folder: Path, progress: "Progress") -> None:
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

    def demand_tool(self, gateway: Gateway, name: str, at_least: int) -> "Tool":
        """Find a program as `find_tool` does, or raise EnvironmentToolError."""
        ...

    def checks(
        self, gateway: Gateway, state: "DatabaseState"
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
