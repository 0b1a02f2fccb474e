"""Queries that settle a doubt, and statements: shown to a person, never sent by this program."""

from collections.abc import Sequence

from analyzer.engines.mysql.words import identifier
from analyzer.model.schema.schema import ForeignKey


def quoted(name: str) -> str:
    """A name as SQL needs it."""
    return identifier(name)


def any_row(table: str) -> str:
    """Whether a table has rows."""
    return f"SELECT EXISTS (SELECT 1 FROM {quoted(table)})"  # noqa: S608  shown, not sent


def any_null(table: str, column: str) -> str:
    """Whether a column is NULL somewhere."""
    return f"SELECT EXISTS (SELECT 1 FROM {quoted(table)} WHERE {quoted(column)} IS NULL)"  # noqa: S608  shown, not sent


def doubles(table: str, columns: Sequence[str], where: str | None) -> str:
    """The values that more than one row has."""
    listed = ", ".join(quoted(it) if it.isidentifier() else it for it in columns)
    narrowed = f" WHERE {where}" if where else ""
    return f"SELECT {listed} FROM {quoted(table)}{narrowed} GROUP BY {listed} HAVING count(*) > 1"  # noqa: S608  shown, not sent


def pointing_nowhere(table: str, key: ForeignKey, targets: Sequence[str]) -> str:
    """Write the query that counts rows whose foreign key points nowhere."""
    pairs = " AND ".join(
        f"o.{quoted(there)} = t.{quoted(here)}"
        for here, there in zip(key.columns, targets, strict=False)
    )
    missing = f"NOT EXISTS (SELECT 1 FROM {quoted(key.to_table)} o WHERE {pairs})"  # noqa: S608  shown, not sent
    set_ = " AND ".join(f"t.{quoted(column)} IS NOT NULL" for column in key.columns)
    return f"SELECT count(*) FROM {quoted(table)} t WHERE {set_} AND {missing}"  # noqa: S608  shown, not sent


def breaking(table: str, expression: str | None) -> str:
    """Write the query that counts the rows that break a check."""
    return f"SELECT count(*) FROM {quoted(table)} WHERE NOT ({expression})"  # noqa: S608  shown, not sent


def values(table: str, column: str) -> str:
    """The different values of a column."""
    return f"SELECT DISTINCT {quoted(column)} FROM {quoted(table)}"  # noqa: S608  shown, not sent


def dropped_index(name: str) -> str:
    """Drop an index; the table has to be named."""
    return f"DROP INDEX {quoted(name)} ON TABLE_NAME;"


def rebuilt_index(name: str) -> str:
    """No index is broken: the table behind it is looked at instead."""
    return f"CHECK TABLE {quoted(name)};"
