"""What a framework's own program prints of the version table."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.errors import RowsError
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Told(Struct, frozen=True):
    """What a program says besides the versions: the database, and what the output hides."""

    database: str | None
    notes: tuple[str, ...] = ()


class StatusOutput(Protocol):
    """What the framework's own program prints of the version table."""

    def misplaced(self, place: str, head: str, /) -> "RowsError | None":
        """Why the beginning of a file shows that it is none that holds the rows."""

    def is_line(self, line: str, /) -> bool:
        """Whether a line, without blanks around it, is one of its lines and of nothing else."""

    def read(
        self, place: str, lines: Iterable[tuple[int, str]], add: Callable[[str, int], None], /
    ) -> Told:
        """Hand over each applied version with its line.

        Raises:
            RowsError: a line is not understood, or the output cannot stand for the table.
        """
