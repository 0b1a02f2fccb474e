"""Stored texts as applied rows."""

from collections.abc import Sequence

from analyzer import limits
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import NO_COLUMNS, ONLY_VERSIONS, Columns, RowShape
from analyzer.model.core.version_table import AppliedRow
from analyzer.sources.files.stored import check_length


def applied_row(
    stored: str, framework: Framework, origin: Origin, columns: Columns = NO_COLUMNS
) -> AppliedRow:
    """Make a row of a stored text, whatever the framework makes of it."""
    return AppliedRow(framework.numbering.read(stored), columns, origin)


def applied_rows(
    stored: Sequence[str | Sequence[str | None] | None],
    framework: Framework,
    origin: Origin,
    shape: RowShape = ONLY_VERSIONS,
) -> tuple[AppliedRow, ...]:
    """Make rows of what a database stores, all of one origin; those without version are left out.

    Raises:
        DatabaseError: they are too many, or one is too long.
    """
    if len(stored) > limits.DATABASE_ROWS.most:
        raise limits.DATABASE_ROWS.exceeded(DatabaseError, origin.place)
    rows = [row for one in stored if one is not None and (row := shape.row(one)) is not None]
    for row in rows:
        check_length(row.version, origin.place, DatabaseError)
    return tuple(applied_row(row.version, framework, origin, row.columns) for row in rows)


def notes_on(missing: int) -> tuple[str, ...]:
    """Say how many rows were left out because they hold no text at all."""
    return (f"rows left out because their version is NULL: {missing}",) if missing else ()
