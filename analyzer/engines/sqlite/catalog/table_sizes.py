"""How much the tables of a file hold, without reading them in full."""

from collections.abc import Iterator, Sequence

from analyzer.engines.sqlite.access.session import SqliteSession
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.model.schema.table_size import TableSize

_AT_ONCE = 100  # tables in one question: SQLite joins at most 500
_COUNTED = 64 << 20  # bytes of a file whose rows are counted in a moment
_PROBED = 10_000  # rows: more are not counted in a larger file


def read_sizes(session: SqliteSession, tables: Sequence[str]) -> Iterator[TableSize]:
    """Say of each table whether it holds rows, and about how many."""
    (file,) = session.rows(
        "SELECT (SELECT page_count FROM pragma_page_count) * "
        "(SELECT page_size FROM pragma_page_size) AS bytes"
    )
    whole = int(file["bytes"] or 0)
    rows = {table: n for part in _parts(tables) for table, n in _count(session, part, whole)}
    total = sum(rows.values()) or 1
    for table, number in rows.items():
        share = max(whole * number // total, 1) if number else 0
        known = whole <= _COUNTED or number < _PROBED
        yield TableSize(table, number if known else None, share, share)


def _parts(tables: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(tables), _AT_ONCE):
        yield tables[start : start + _AT_ONCE]


def _count(session: SqliteSession, tables: Sequence[str], whole: int) -> Iterator[tuple[str, int]]:
    counted = " UNION ALL ".join(
        f'SELECT {literal(table)} AS "table", {_number(table, whole)} AS n' for table in tables
    )
    for row in session.rows(counted):
        yield str(row["table"]), int(row["n"] or 0)


def _number(table: str, whole: int) -> str:
    """The query for a table's number of rows; in a large file no more than some are counted."""
    name = identifier(table)
    if whole <= _COUNTED:
        return f"(SELECT count(*) FROM {name})"  # noqa: S608  quoted
    return f"(SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT {_PROBED}))"  # noqa: S608  quoted
