"""What is asked of an engine: addresses, the catalogue, and SQL."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from analyzer.engines.sessions import Gateway, Session

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.engines.results import Run
    from analyzer.frameworks.base import Framework
    from analyzer.model.core.table_row import RowShape
    from analyzer.model.core.version_table import TableName, VersionTable
    from analyzer.model.effects.effect import Effect
    from analyzer.model.findings.advice import Rate, Volume
    from analyzer.model.notes.note import MadeNotes, NewNote, Notebook
    from analyzer.model.plans.audit_note import AuditNote
    from analyzer.model.plans.migration_lock import MigrationLock
    from analyzer.model.plans.plan import Provenance, RowPlan, RowStep
    from analyzer.model.plans.privileges import Standing
    from analyzer.model.plans.recorded_change import RecordedChange
    from analyzer.model.recovery.recovery import ForeignKeyEdge, FullPlan, Reach, TablesPlan
    from analyzer.model.schema.database_state import (
        DatabaseIdentity,
        DatabaseState,
        SequenceState,
        TableState,
    )
    from analyzer.model.schema.live_database import LiveDatabase
    from analyzer.model.schema.live_schema import LiveSchema
    from analyzer.model.schema.measure import Measure


class Access(Protocol):
    """Addresses in any form that users have, and the gateways they lead to."""

    def open_gateway(self, url: str | None, prefix: Sequence[str] = ()) -> Gateway:
        """Read an address; see `registry.open_gateway`."""
        ...

    def load_driver(self, *, alone: bool) -> None:
        """Load what a live database is read with, before a thread needs it.

        Args: alone: whether the process is our command's, and so nobody else uses the driver.
        """
        ...

    def client_reads(self, text: str) -> bool:
        """Whether the engine's own client takes an address as it stands, too."""
        ...

    def client_address(self, url: str | None) -> str:
        """Write an address as that client takes it, without secrets."""
        ...

    def public_address(self, url: str) -> str:
        """Write an address as it was given, unless it holds secrets."""
        ...

    def beyond_a_place(self, url: str) -> tuple[str, ...]:
        """Name what an address sets that is not about where the database is, and who asks.

        A repository has no say in it: files of this computer, or what the server is told to do.
        """
        ...

    def has_password(self, url: str | None) -> bool:
        """Whether the address holds one."""
        ...

    def is_address(self, text: str) -> bool:
        """Whether a text is an address, and not the name of a file."""
        ...

    def depends_on_root(self, text: str) -> bool:
        """Whether an address means another database from another folder."""
        ...

    def from_root(self, text: str, root: "Path") -> str:
        """Write such an address as it is meant from an application's root."""
        ...

    def naming_variable(self, variables: Mapping[str, str]) -> str | None:
        """The variable of the engine's own client that names a database; None where none does."""
        ...

    def file_command(self, path: str, address: str | None = None, *, piped: bool = False) -> str:
        """Write the client's command for an SQL file; path and address are words of the shell."""
        ...

    def statement_command(self, address: str | None, statement: str) -> str:
        """Write the client's command for one statement; both are words of the shell."""
        ...


class CatalogueReader(Protocol):
    """What a database says of itself."""

    def read_version_table(
        self,
        gateway: Gateway,
        table: "TableName | None",
        framework: "Framework",
        environment: str = "default",
    ) -> "VersionTable":
        """Read all applied rows; ``table`` None for the framework's own."""
        ...

    def read_live_database(
        self,
        gateway: Gateway,
        table: "TableName | None",
        framework: "Framework",
        environment: str = "default",
    ) -> "LiveDatabase":
        """Read the version table, and in the same transaction what the catalogue says."""
        ...

    def read_live_schema(
        self,
        gateway: Gateway,
        framework: "Framework",
        environment: str = "default",
        table: "TableName | None" = None,
    ) -> "LiveSchema":
        """Read the schema, and the rows where there is a version table."""
        ...

    def read_measure(
        self, gateway: Gateway, table: "TableName", shape: "RowShape" = ...
    ) -> "Measure":
        """Measure structure, row counts and applied rows at one moment."""
        ...

    def read_stored(
        self, gateway: Gateway, table: "TableName", shape: "RowShape" = ...
    ) -> tuple[str, ...]:
        """Read the version table's stored rows as texts, sorted as plans sort them."""
        ...

    def read_noted(
        self,
        gateway: Gateway,
        table: "TableName | None",
        framework: "Framework",
        environment: str = "default",
    ) -> "LiveDatabase":
        """Read the version table and the notes beside it in one moment, without the catalogue."""
        ...

    def read_volume(self, gateway: Gateway) -> "tuple[Volume, Rate | None]":
        """Say how much a database holds, and how fast it can be dumped."""
        ...

    def read_standing(self, gateway: Gateway, table: "TableName") -> "Standing":
        """Ask a database who it is, and what its version table lets us do."""
        ...

    def demand_privileges(
        self, standing: "Standing", steps: "Sequence[RowStep]", *, audit: bool
    ) -> None:
        """Make sure that the role can do all that a plan and its way back need."""
        ...

    def is_same_database(self, one: Gateway, other: Gateway) -> bool:
        """Whether two ways lead to one database."""
        ...

    def read_state(self, session: Session, version_table: "TableName" = ...) -> "DatabaseState":
        """Read all but the rows' counts and checksums, in the session's transaction."""
        ...

    def read_identity(self, session: Session) -> "DatabaseIdentity":
        """Read which database this is."""
        ...

    def read_tables(self, session: Session) -> "tuple[TableState, ...]":
        """Read the tables and their columns."""
        ...

    def read_sequences(self, session: Session) -> "tuple[SequenceState, ...]":
        """Read where the sequences stand."""
        ...

    def read_edges(self, session: Session) -> "tuple[ForeignKeyEdge, ...]":
        """Read which table refers to which."""
        ...

    def read_foreign_owners(self, session: Session) -> dict[str, str]:
        """Tell whose the tables are, by their label, that are not the role's own."""
        ...


class Scripts(Protocol):
    """SQL as the engine has it: quoting, and files of ours that change the version table."""

    def identifier(self, *parts: str) -> str:
        """Quote a name, schema first."""
        ...

    def literal(self, text: str | None) -> str:
        """Quote a text; None is NULL."""
        ...

    def shown_identifier(self, name: str) -> str:
        """Quote a name for people; what would not be seen is escaped."""
        ...

    def shown_literal(self, text: str) -> str:
        """Quote a text for people; what would not be seen is escaped."""
        ...

    def render_rewrite(
        self,
        plan: "RowPlan",
        provenance: "Provenance",
        *,
        lock_timeout: str = "5s",
        audit: "AuditNote | None" = None,
        notes: "MadeNotes | None" = None,
    ) -> str:
        """Write a plan as one SQL file."""
        ...

    def render_recorded(
        self,
        steps: "Sequence[RecordedChange]",
        table: "TableName",
        provenance: "Provenance",
        notes: Sequence[str],
        *,
        lock_timeout: str,
        lock: "MigrationLock | None" = None,
    ) -> str:
        """Write the SQL for databases that are not here."""
        ...

    def render_notes(
        self,
        notes: "Sequence[NewNote]",
        table: "TableName",
        notebook: "Notebook",
        *,
        anew: bool,
        lock_timeout: str,
    ) -> str:
        """Write an SQL file that appends notes to those that were read beside a version table."""
        ...

    def with_patch(self, text: str, patch: bytes) -> str:
        """Append a patch to an SQL file, as a comment."""
        ...

    def is_time(self, text: str) -> bool:
        """Whether the engine would take the text for a time to wait, such as ``5s``."""
        ...

    def with_lock_timeout(self, text: str, timeout: str) -> str:
        """Give a file another time to wait for the version table's lock."""
        ...

    def without_commit(self, text: str) -> str:
        """Make a file a dry run."""
        ...

    def run_sql(self, gateway: Gateway, text: str, *, repair: str, account: str) -> "Run":
        """Run a file of ours: done, refused, or cut off."""
        ...

    def is_running(self, gateway: Gateway, repair: str) -> bool:
        """Whether the session that carries out a repair is still at work."""
        ...

    def set_sequence(
        self, sequence: "SequenceState", value: int | None, *, called: bool | None = None
    ) -> str:
        """Write the statement that lets a sequence stand at a number.

        Args: called: whether that number was given out, so that the next one follows it; None
            for the engine's own default, which is that it was.
        """
        ...

    def render_shell(self, plan: "FullPlan | TablesPlan", reach: "Reach") -> str:
        """Write a recovery's runbook as a shell script."""
        ...

    def render_markdown(self, plan: "FullPlan | TablesPlan", reach: "Reach") -> str:
        """Write a recovery's runbook for people."""
        ...


class Parser(Protocol):
    """The engine's SQL, read."""

    def parse_sql(self, text: str) -> "tuple[Effect, ...]":
        """Read statements as effects; what cannot be read is opaque."""
        ...

    def canonical(self, text: str) -> str:
        """Write an expression in the one form in which two of one meaning are alike."""
        ...
