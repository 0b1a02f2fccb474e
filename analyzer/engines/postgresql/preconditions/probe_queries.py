"""Queries that settle a doubt, and statements: shown to a person, never sent by this program.

Operators and functions have their schema: who types them may be on a path where others plant some.
"""

from collections.abc import Sequence

from analyzer.model.schema.schema import ForeignKey


def quoted(name: str) -> str:
    """A name as SQL needs it, each part by itself."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def constraint(table: str, name: str) -> str:
    """A row where a table has a constraint of this name."""
    place, called = quoted(table).replace("'", "''"), name.replace("'", "''")
    return (
        f"SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass('{place}')"  # noqa: S608  quoted
        f" AND conname = '{called}'"
    )


def any_row(table: str) -> str:
    """Whether a table has rows."""
    return f"SELECT EXISTS (SELECT FROM {quoted(table)})"  # noqa: S608  shown, not sent


def any_null(table: str, column: str) -> str:
    """Whether a column is NULL somewhere."""
    return f"SELECT EXISTS (SELECT FROM {quoted(table)} WHERE {quoted(column)} IS NULL)"  # noqa: S608  shown, not sent


def doubles(table: str, columns: Sequence[str], where: str | None) -> str:
    """The values that more than one row has."""
    listed = ", ".join(quoted(it) if it.isidentifier() else it for it in columns)
    narrowed = f" WHERE {where}" if where else ""
    more = "HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1"
    return f"SELECT {listed} FROM {quoted(table)}{narrowed} GROUP BY {listed} {more}"  # noqa: S608  shown, not sent


def pointing_nowhere(table: str, key: ForeignKey, targets: Sequence[str]) -> str:
    """Write the query that counts rows whose foreign key points nowhere."""
    pairs = " AND ".join(
        f"o.{quoted(there)} OPERATOR(pg_catalog.=) t.{quoted(here)}"
        for here, there in zip(key.columns, targets, strict=False)
    )
    missing = f"NOT EXISTS (SELECT FROM {quoted(key.to_table)} o WHERE {pairs})"
    set_ = " AND ".join(f"t.{quoted(column)} IS NOT NULL" for column in key.columns)
    return f"SELECT pg_catalog.count(*) FROM {quoted(table)} t WHERE {set_} AND {missing}"  # noqa: S608  shown, not sent


def breaking(table: str, expression: str | None) -> str:
    """Write the query that counts the rows that break a check."""
    return f"SELECT pg_catalog.count(*) FROM {quoted(table)} WHERE NOT ({expression})"  # noqa: S608  shown, not sent


def values(table: str, column: str) -> str:
    """The different values of a column."""
    return f"SELECT DISTINCT {quoted(column)} FROM {quoted(table)}"  # noqa: S608  shown, not sent


def dropped_index(name: str) -> str:
    """Drop an index while others work."""
    return f"DROP INDEX CONCURRENTLY {quoted(name)};"


def rebuilt_index(name: str) -> str:
    """Make a broken index anew while others work."""
    return f"REINDEX INDEX CONCURRENTLY {quoted(name)};"
