"""Stored texts as applied rows."""

from collections.abc import Sequence

from analyzer import limits
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.version import Version
from analyzer.model.core.version_table import AppliedRow
from analyzer.sources.files.stored import check_length


def applied_row(stored: str, framework: Framework, origin: Origin) -> AppliedRow:
    """Make a row of a stored text.

    A text that is no version becomes number 0, as Rails' ``to_i`` has it, and keeps its text.
    """
    return AppliedRow(read_version(stored, framework), origin)


def read_version(stored: str, framework: Framework) -> Version:
    """A stored text as a version; number 0 where it is none."""
    return framework.parse_version(stored) or Version(0, stored)


def applied_rows(
    stored: Sequence[str | None], framework: Framework, origin: Origin
) -> tuple[AppliedRow, ...]:
    """Make rows of stored texts, all of one origin; those without one (NULL) are left out.

    Raises:
        DatabaseError: they are too many, or one is too long.
    """
    if len(stored) > limits.DATABASE_ROWS.most:
        raise limits.DATABASE_ROWS.exceeded(DatabaseError, origin.place)
    for text in stored:
        check_length(text, origin.place, DatabaseError)
    return tuple(applied_row(text, framework, origin) for text in stored if text is not None)


def notes_on(missing: int) -> tuple[str, ...]:
    """Say how many rows were left out because they hold no text at all."""
    return (f"rows left out because their version is NULL: {missing}",) if missing else ()
