"""A database's state, read in the transaction that its session is in."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from analyzer.engines.postgresql.access.planned_calls import demand_harmless_indexes
from analyzer.engines.postgresql.access.table_guard import FOREIGN_PARTS, FOREIGN_TYPE, PLANNED
from analyzer.engines.postgresql.catalog import state_queries as q
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Session
from analyzer.model.core.table_row import joint, key_columns
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName, key_of
from analyzer.model.schema.database_state import (
    ColumnState,
    DatabaseGrant,
    DatabaseIdentity,
    DatabaseParameter,
    DatabasePrivilege,
    DatabaseSettings,
    DatabaseState,
    LargeObjects,
    SequenceState,
    StructureItem,
    TableState,
    table_label,
)

_COUNTED = re.compile(r"text|bytea|character varying(\(\d+\))?")
_ARGUMENTS = 30  # columns of three arguments each: a function takes a hundred at most
_KINDS = {"a": "identity-always", "d": "identity-default"}


def read_state(session: Session, version_table: TableName = DEFAULT_VERSION_TABLE) -> DatabaseState:
    """Read all but the rows' counts and checksums, which `checksum_query` tells table by table.

    Raises:
        DatabaseError: something of it cannot be read.
    """
    demand_harmless_indexes(session)
    (found,) = session.rows(q.PROBE)
    return DatabaseState(
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        identity=read_identity(session),
        settings=_settings(session),
        bytes=found["bytes"],
        probe=found["probe"],
        versions=_versions(session, version_table),
        tables=read_tables(session),
        sequences=read_sequences(session),
        structure=tuple(StructureItem(**row) for row in session.rows(q.STRUCTURE)),
        extensions=tuple((row["name"], row["version"]) for row in session.rows(q.EXTENSIONS)),
        roles=tuple(row["name"] for row in session.rows(q.ROLES)),
        server_settings=tuple(
            (row["name"], row["setting"]) for row in session.rows(q.SERVER_SETTINGS)
        ),
        large_objects=_large_objects(session),
    )


def read_identity(session: Session) -> DatabaseIdentity:
    """Read which database this is."""
    (found,) = session.rows(q.IDENTITY)
    return DatabaseIdentity(
        found["database"], found["oid"], found["system"], found["version"], session.place
    )


def read_tables(session: Session) -> tuple[TableState, ...]:
    """Read the tables and their columns; neither counts nor checksums."""
    return tuple(
        TableState(
            row["schema"],
            row["name"],
            tuple(_column(column) for column in row["columns"]),
            row["partitioned"],
            row["bytes"],
        )
        for row in session.rows(q.TABLES)
    )


def read_sequences(session: Session) -> tuple[SequenceState, ...]:
    """Read where the sequences stand, and how far the columns are that they number."""
    found = session.rows(q.SEQUENCES)
    readable = [row for row in found if row["readable"]]
    places = _union(session, [_place_query(row) for row in readable])
    standing = {(row["schema"], row["name"]): row for row in places}
    return tuple(_sequence(row, standing) for row in found)


def checksum_query(table: TableState, columns: Sequence[str] | None = None) -> str:
    """Ask for a table's rows and the checksum of their content, as one JSON value.

    The sum of a 64-bit hash of each row's text: it depends on neither the rows' physical order nor
    the columns', and the server takes it in one pass without keeping a row. A condition may
    follow: the sums of a table's parts add up to that of the whole.

    Args:
        table: which.
        columns: whose content; None for all that are stored. What the server computes from them
            is in no dump, and a scratch server of another locale computes it otherwise.
    """
    kinds = {column.name: column.type for column in table.columns if column.kind != "generated"}
    names = sorted(kinds if columns is None else columns)
    hashed = f'hashtextextended({_row_text(names, kinds)} COLLATE "C", 0)'
    return (
        "SELECT json_build_object('rows', count(*), 'checksum', "  # noqa: S608  names are quoted
        f"coalesce(sum({hashed}), 0)::text) FROM {from_clause(table)} t"
    )


def _row_text(names: Sequence[str], kinds: Mapping[str, str]) -> str:
    """Write a row as a text that no other row has.

    A row's own text quotes each character, which is slow for long values: those come after it,
    each after its length, or between marks that JSON cannot hold.
    """
    counted = [name for name in names if _COUNTED.fullmatch(kinds.get(name, ""))]
    marked = [name for name in names if kinds.get(name) in ("json", "jsonb")]
    rest = [name for name in names if name not in {*counted, *marked}]
    long = [f"octet_length(t.{identifier(name)}), ':', t.{identifier(name)}" for name in counted]
    long += [f"E'\\x01', t.{identifier(name)}, E'\\x01'" for name in marked]
    row = f"ROW({', '.join(f't.{identifier(name)}' for name in rest)})::text"
    if not long:
        return row
    pieces = [long[start : start + _ARGUMENTS] for start in range(0, len(long), _ARGUMENTS)]
    listed = ", ".join(f"concat({', '.join(piece)})" for piece in pieces)
    return f"concat({row}, {listed})"


def from_clause(table: TableState) -> str:
    """Name a table in SQL: with its partitions, without those that merely inherit from it."""
    only = "" if table.partitioned else "ONLY "
    return only + identifier(table.schema, table.name)


def _settings(session: Session) -> DatabaseSettings:
    (found,) = session.rows(q.SETTINGS)
    return DatabaseSettings(
        **found,
        grants=tuple(_grant(row) for row in session.rows(q.GRANTS)),
        parameters=tuple(_parameter(row) for row in session.rows(q.PARAMETERS)),
    )


def _grant(row: dict[str, Any]) -> DatabaseGrant:
    return DatabaseGrant(DatabasePrivilege(row["privilege"]), row["grantee"], row["grantable"])


def _parameter(row: dict[str, Any]) -> DatabaseParameter:
    name, _, value = row["setting"].partition("=")
    return DatabaseParameter(name, value, row["role"])


def _version_tables(column: str) -> str:
    """Ask for the tables that have a column of this name."""
    return f"""
SELECT n.nspname::text AS schema, c.relname::text AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = {literal(column)} AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'SELECT')
  AND c.relpersistence <> 't' AND {FOREIGN_PARTS} IS NULL AND {FOREIGN_TYPE} IS NULL
  AND {PLANNED} IS NULL
ORDER BY n.nspname <> 'public', n.nspname"""  # noqa: S608  no text of a user's goes in


def _versions(session: Session, table: TableName) -> tuple[str, ...] | None:
    key = key_of(table)
    found = [
        row
        for row in session.rows(_version_tables(key_columns(key)[0]))
        if row["name"] == table.name and table.schema in (None, row["schema"])
    ]
    if not found:
        return None
    place = identifier(found[0]["schema"], found[0]["name"])
    parts = [f"{identifier(it)}::text" for it in key_columns(key)]
    version = f" || {literal(joint(key))} || ".join(parts)
    query = f'SELECT {version} AS v FROM {place} ORDER BY ({version}) COLLATE "C"'  # noqa: S608  quoted
    return tuple(row["v"] for row in session.rows(query) if row["v"] is not None)


def _column(found: dict[str, Any]) -> ColumnState:
    kind = "generated" if found["generated"] else _KINDS.get(found["identity"], "stored")
    return ColumnState(found["name"], found["type"], found["not_null"], found["default"], kind)


def _place_query(row: dict[str, Any]) -> str:
    """Ask where one sequence stands, and how far its columns are."""
    farthest = "max" if row["increment"] > 0 else "min"
    columns = [
        f"(SELECT {farthest}({identifier(column)}) FROM {identifier(schema, name)})"  # noqa: S608  quoted
        for schema, name, column in row["columns"]
    ]
    best = {"max": "greatest", "min": "least"}[farthest]
    highest = f"{best}({', '.join(columns)})::numeric" if columns else "NULL::numeric"
    return (
        f"SELECT {literal(row['schema'])} AS schema, {literal(row['name'])} AS name, "  # noqa: S608  quoted
        f"last_value::bigint AS last_value, is_called AS called, {highest} AS highest "
        f"FROM {identifier(row['schema'], row['name'])}"
    )


def _union(session: Session, queries: list[str]) -> list[dict[str, Any]]:
    """Ask many small questions in few."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(queries), 200):
        found += session.rows(" UNION ALL ".join(queries[start : start + 200]))
    return found


def _sequence(
    row: dict[str, Any], standing: dict[tuple[str, str], dict[str, Any]]
) -> SequenceState:
    stands = standing.get((row["schema"], row["name"]), {})
    highest = stands.get("highest")
    return SequenceState(
        row["schema"],
        row["name"],
        stands.get("last_value"),
        bool(stands.get("called")),
        row["start"],
        row["increment"],
        _owner(*row["columns"][0]) if row["columns"] else None,
        int(highest) if highest is not None else None,
    )


def _owner(schema: str, table: str, column: str) -> str:
    return f"{table_label(schema, table)}.{column}"


def _large_objects(session: Session) -> LargeObjects:
    (found,) = session.rows(q.LARGE_OBJECTS)
    return LargeObjects(found["count"], found["checksum"])
