"""Queries of the catalogue put to psql: each answer is one JSON array, after a mark."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString

from analyzer import limits
from analyzer.engines.postgresql.access.pinning import shown_lines, within_limit
from analyzer.engines.postgresql.access.psql import MARK
from analyzer.engines.postgresql.catalog import schema_queries as q
from analyzer.engines.postgresql.catalog.catalog import focus_query
from analyzer.model.core.version_table import TableName

# each query, and how many columns it has
SCHEMA_QUERIES: Mapping[LiteralString, int] = {
    q.RELATIONS: 4,
    q.COLUMNS: 12,
    q.CONSTRAINTS: 10,
    q.INDEXES: 11,
    q.FUNCTIONS: 2,
    q.TRIGGERS: 2,
    q.ENUMS: 2,
    q.EXTENSIONS: 1,
}
CATALOG_QUERIES = {**SCHEMA_QUERIES, q.VIEW_COLUMNS: 3, q.AVAILABLE_EXTENSIONS: 1, q.TYPES: 1}


def question(query: LiteralString, width: int) -> tuple[str, ...]:
    """Write the lines that make psql answer a query of so many columns."""
    from psycopg.sql import SQL, Identifier

    names = SQL(", ").join(Identifier(f"c{place:02}") for place in range(width))
    rows = SQL(
        "SELECT coalesce(json_agg(r), '[]') FROM (SELECT * FROM ({}) AS capped LIMIT {}) AS r({})"
    )
    capped = rows.format(SQL(query), SQL(str(limits.CATALOGUE_ROWS.most + 1)), names)
    return shown_lines(capped.as_string(None), MARK)


def questions(queries: Mapping[LiteralString, int]) -> Iterator[str]:
    """Write the lines for several queries, each with its number of columns."""
    return (line for query, width in queries.items() for line in question(query, width))


def focus_line(table: TableName) -> tuple[str, ...]:
    """Write the lines that narrow the search path, without an answer."""
    if table.schema is None:
        return ()
    return ("\\o /dev/null", f"{focus_query(table).as_string(None)};", "\\o")


class Answers:
    """The rows that psql gave, by the query that they answer."""

    def __init__(
        self, queries: Mapping[LiteralString, int], answers: Sequence[list[dict[str, Any]]]
    ) -> None:
        self._by_query = dict(zip(queries, answers, strict=True))

    def execute(self, query: LiteralString, /) -> list[tuple[Any, ...]]:
        """See `schema_catalog.Asked`."""
        return within_limit([tuple(row.values()) for row in self._by_query[query]])
