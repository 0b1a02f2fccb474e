"""Queries of the catalogue put to psql: each answer is one JSON array, after a mark."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString

from analyzer.model.version_table import TableName
from analyzer.sources import schema_queries as q
from analyzer.sources.catalog import focus_query
from analyzer.sources.psql import MARK

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


def question(query: LiteralString, width: int) -> tuple[str, str]:
    """Write the lines that make psql answer a query of so many columns."""
    from psycopg.sql import SQL, Identifier

    names = SQL(", ").join(Identifier(f"c{place:02}") for place in range(width))
    rows = SQL("SELECT coalesce(json_agg(r), '[]') FROM ({}) AS r({});").format(SQL(query), names)
    return f"\\echo {MARK}", rows.as_string(None)


def questions(queries: Mapping[LiteralString, int]) -> Iterator[str]:
    """Write the lines for several queries, each with its number of columns."""
    return (line for query, width in queries.items() for line in question(query, width))


def focus_line(table: TableName) -> str:
    """Write the line that narrows the search path, without an answer."""
    return f"{focus_query(table).as_string(None)} \\gset"


class Answers:
    """The rows that psql gave, by the query that they answer."""

    def __init__(
        self, queries: Mapping[LiteralString, int], answers: Sequence[list[dict[str, Any]]]
    ) -> None:
        self._by_query = dict(zip(queries, answers, strict=True))

    def execute(self, query: LiteralString, /) -> list[tuple[Any, ...]]:
        """See `schema_catalog.Asked`."""
        return [tuple(row.values()) for row in self._by_query[query]]
