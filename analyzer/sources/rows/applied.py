"""Stored texts as applied rows."""

from collections.abc import Sequence

from analyzer import limits
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import NO_COLUMNS, Columns
from analyzer.model.core.version_table import AppliedRow
from analyzer.sources.files.stored import check_length


def applied_row(
    stored: str, framework: Framework, origin: Origin, columns: Columns = NO_COLUMNS
) -> AppliedRow:
    """Make a row of a stored text, whatever the framework makes of it."""
    return AppliedRow(framework.numbering.read(stored), columns, origin)


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
