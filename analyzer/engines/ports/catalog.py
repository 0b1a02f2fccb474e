"""Reading: version tables, schema, sizes, privileges, identity."""

from typing import TYPE_CHECKING, Protocol

from analyzer.engines.sessions import Gateway, Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.frameworks.base import Framework
    from analyzer.model.core.table_row import RowShape
    from analyzer.model.core.version_table import TableName, VersionTable
    from analyzer.model.findings.advice import Rate, Volume
    from analyzer.model.plans.plan import RowStep
    from analyzer.model.plans.privileges import Standing
    from analyzer.model.recovery.recovery import ForeignKeyEdge
    from analyzer.model.schema.database_state import (
        DatabaseIdentity,
        DatabaseState,
        SequenceState,
        TableState,
    )
    from analyzer.model.schema.live_database import LiveDatabase
    from analyzer.model.schema.live_schema import LiveSchema
    from analyzer.model.schema.measure import Measure


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
