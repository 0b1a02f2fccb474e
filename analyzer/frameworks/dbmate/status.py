"""What ``dbmate status`` prints: files only, so that a version without a file is not in it."""

import re
from collections.abc import Callable, Iterable

from analyzer.errors import RowsError
from analyzer.frameworks.ports.status import Told

_ROW = re.compile(r"\[[X ]\] [0-9]+.*\.sql")


def misplaced(place: str, head: str) -> RowsError | None:
    """A schema.sql holds all versions, as a dump does."""
    del place, head
    return None


def is_line(line: str) -> bool:
    """Whether a line marks a file as applied, or not."""
    return _ROW.fullmatch(line) is not None


def read(place: str, lines: Iterable[tuple[int, str]], add: Callable[[str, int], None]) -> Told:
    """Refuse it: what it leaves out is just what is looked for.

    Raises:
        RowsError: always.
    """
    del lines, add
    raise RowsError(
        f"{place} is a dbmate status",
        why="it lists files, and leaves out every version whose file was renamed or deleted",
        fix="pass what SELECT version FROM schema_migrations prints, or a dump",
    )
