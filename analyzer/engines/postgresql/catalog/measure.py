"""Measuring a database: structure, row counts and applied versions, at one moment."""

from analyzer.engines.postgresql.access.door import Door, Question
from analyzer.engines.postgresql.catalog.catalog import rows_query
from analyzer.engines.postgresql.catalog.measure_queries import COUNTS, STRUCTURE, UNCOUNTED
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.measure import Measure


def read_measure(door: Door, table: TableName) -> Measure:
    """Measure a database in one read-only transaction.

    Args:
        door: the way in.
        table: the version table, with its schema.

    Raises:
        DatabaseError, EnvironmentToolError: the database cannot be reached, or refuses.
    """
    (structure,), counts, (uncounted,), (rows,) = door.ask(
        Question(STRUCTURE), Question(COUNTS, each=True), Question(UNCOUNTED), _rows(table)
    )
    own = str(table)
    return Measure(
        structure=tuple(structure),
        counts={name: number for name, number in counts if name != own},
        uncounted=tuple(name for name in uncounted if name != own),
        rows=_sorted_texts(rows),
    )


def read_stored(door: Door, table: TableName) -> tuple[str, ...]:
    """Read the version table's stored texts, sorted as plans sort them.

    Raises:
        DatabaseError, EnvironmentToolError: the database cannot be reached, or refuses.
    """
    ((rows,),) = door.ask(_rows(table))
    return _sorted_texts(rows)


def _rows(table: TableName) -> Question:
    return Question(rows_query(table).as_string(None))


def _sorted_texts(rows: list[str | None]) -> tuple[str, ...]:
    return tuple(sorted(text for text in rows if text is not None))
