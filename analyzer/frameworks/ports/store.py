"""The version table: how it is recognised, what a row holds, the lock."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.plans.migration_lock import MigrationLock

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.frameworks.ports.checksum import Checksum

else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Store(Protocol):
    """The version table, and what stands beside it."""

    @property
    def table(self) -> str:
        """Its name by default."""

    @property
    def schema(self) -> str | None:
        """The schema that it keeps for itself; None where its table is found along the path."""

    @property
    def bookkeeping(self) -> frozenset[str]:
        """Every table that the framework keeps for itself, under its default name."""

    @property
    def lock(self) -> MigrationLock | None:
        """The lock that it holds while it migrates; None where it takes none."""

    @property
    def version_column(self) -> str:
        """The column that holds the version, or several that make it up, with dots between."""

    @property
    def telling(self) -> tuple[str, ...]:
        """Columns that say, besides the version, which migration a row stands for: a checksum."""

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the table is another tool's, besides that of the version."""

    @property
    def nulls(self) -> bool:
        """Whether a row without a version means something, too: a mark, or what is run again."""

    @property
    def no_insert(self) -> str:
        """Why a row cannot be added by hand; empty where it can."""

    @property
    def checksum(self) -> "Checksum | None":
        """What a row keeps of the text that ran and the tool compares; None where it does not."""

    @property
    def goes_along(self) -> tuple[str, ...]:
        """Columns that must change with a version: without them no row can be rewritten."""

    def kept(self, columns: Sequence[str], /) -> tuple[str, ...]:
        """Of a table's columns those that belong to a row besides its version, in their order."""

    def row_of(self, file: MigrationFile, row: TableRow | None = None, /) -> TableRow:
        """The row that a file needs.

        Args: row: the one that it has under another version, whose other values stay as they are;
            None where it has none.
        """

    def settled(self, rows: Sequence[TableRow], /) -> Sequence[TableRow]:
        """The rows as they must be, where more than the version counts: their order, say.

        Args: rows: all that a repair would leave.
        Returns: the same rows in the same order, some with other columns or versions.
        """

    @property
    def stands(self) -> "Callable[[Sequence[TableRow]], Sequence[bool]] | None":
        """Of all rows, whether each stands for a migration that ran; None where every row does.

        Others are failures, marks of the framework's own, and what a later row overrules.
        """

    @property
    def aside(self) -> str:
        """What the rows are that do not stand."""

    @property
    def heads(self) -> bool:
        """Whether a row only tells where a database stands, so that all before it ran, too."""

    def untouchable(self, row: TableRow, /) -> str:
        """Why a row must not be changed: the mark of a migration that failed; empty mostly."""

    def keeper(self, columns: Collection[str], /) -> tuple[str, str] | None:
        """Another tool that keeps a table with these columns, and the column that tells."""
