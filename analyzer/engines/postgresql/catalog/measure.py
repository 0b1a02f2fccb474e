"""Measuring a database: structure, row counts and applied versions, at one moment."""

from collections.abc import Sequence

from analyzer.engines.postgresql.catalog.measure_queries import COUNTS, STRUCTURE, UNCOUNTED
from analyzer.engines.postgresql.catalog.version_table_queries import rows_query
from analyzer.engines.sessions import Gateway, Question
from analyzer.model.core.table_row import ONLY_VERSIONS, RowShape
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.measure import Measure


def read_measure(gateway: Gateway, table: TableName, shape: RowShape = ONLY_VERSIONS) -> Measure:
    """Measure a database in one read-only transaction.

    Args:
        gateway: the way in.
        table: the version table, with its schema.
        shape: the columns that make up its rows.

    Raises:
        DatabaseError, EnvironmentToolError: the database cannot be reached, or refuses.
    """
    (structure,), counts, (uncounted,), (rows,) = gateway.ask(
        Question(STRUCTURE), Question(COUNTS, each=True), Question(UNCOUNTED), _rows(table, shape)
    )
    own = str(table)
    return Measure(
        structure=tuple(structure),
        counts={name: number for name, number in counts if name != own},
        uncounted=tuple(name for name in uncounted if name != own),
        rows=_sorted_texts(rows, shape),
    )


def read_stored(
    gateway: Gateway, table: TableName, shape: RowShape = ONLY_VERSIONS
) -> tuple[str, ...]:
    """Read the version table's rows as texts (`TableRow.text`), sorted as plans sort them.

    Raises:
        DatabaseError, EnvironmentToolError: the database cannot be reached, or refuses.
    """
    ((rows,),) = gateway.ask(_rows(table, shape))
    return _sorted_texts(rows, shape)


def _rows(table: TableName, shape: RowShape) -> Question:
    return Question(rows_query(table, shape))


def _sorted_texts(
    rows: Sequence[str | Sequence[str | None] | None], shape: RowShape
) -> tuple[str, ...]:
    told = (shape.row(one) for one in rows if one is not None)
    return tuple(sorted(row.text for row in told if row is not None))
