"""Rows that are carried over from one database into another."""

from typing import TYPE_CHECKING, Protocol

from analyzer.engines.sessions import Gateway, Route, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analyzer.model.core.progress import Progress
    from analyzer.model.recovery.fit import Fit
    from analyzer.model.recovery.recovery import Counted, Misfit, TablePart
    from analyzer.model.schema.database_state import TableState


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
