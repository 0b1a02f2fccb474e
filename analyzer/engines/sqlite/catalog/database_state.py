"""A file's state, read in the transaction that its session is in."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.engines.sessions import Session
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.model.core.table_row import joint, key_columns
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, NOTES_TABLE, TableName, key_of
from analyzer.model.recovery.recovery import ForeignKeyEdge
from analyzer.model.schema.database_state import (
    ColumnState,
    DatabaseIdentity,
    DatabaseSettings,
    DatabaseState,
    LargeObjects,
    SequenceState,
    StructureItem,
    TableState,
)

_PROBE = "sqlite: 1"  # the form of our checksums
_FILE = "SELECT file, sqlite_version() AS version FROM pragma_database_list WHERE name = 'main'"
_BYTES = (
    "SELECT (SELECT page_count FROM pragma_page_count) * "
    "(SELECT page_size FROM pragma_page_size) AS bytes"
)
SEQUENCES = "sqlite_sequence"
"""SQLite's own table of where keys stand."""
# Where it is there for our notes alone, it is no part of the application.
_NOT_OURS = (
    f"(name <> '{SEQUENCES}' OR EXISTS (SELECT 1 FROM sqlite_master AS o WHERE o.type = 'table' "  # noqa: S608  ours
    f"AND o.name <> '{NOTES_TABLE}' AND o.sql LIKE '%AUTOINCREMENT%'))"
)
# The rows of virtual tables lie in tables of their own; statistics are no content.
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 "  # noqa: S608  ours
    f"AND name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' AND {_NOT_OURS} ORDER BY name"
)
_COLUMNS = (
    'SELECT m.name AS "table", c.name, c.type, c."notnull" AS required, c.dflt_value AS usual, '
    "c.hidden FROM sqlite_master m, pragma_table_xinfo(m.name) c "
    "WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY m.name, c.cid"
)
_STRUCTURE = (
    "SELECT type AS kind, name, coalesce(sql, '') AS definition FROM sqlite_master "  # noqa: S608  ours
    f"WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' AND {_NOT_OURS} ORDER BY type, name"
)
_EDGES = (
    'SELECT m.name AS "table", k.id, k."table" AS other FROM sqlite_master m, '
    "pragma_foreign_key_list(m.name) k WHERE m.type = 'table' AND k.seq = 0"
)
_SETTINGS = (
    "SELECT 'encoding' AS name, encoding AS value FROM pragma_encoding UNION ALL "
    "SELECT 'journal_mode', journal_mode FROM pragma_journal_mode UNION ALL "
    "SELECT 'page_size', page_size FROM pragma_page_size"
)
_COMPUTED = (2, 3)  # table_xinfo's hidden


def read_state(session: Session, version_table: TableName = DEFAULT_VERSION_TABLE) -> DatabaseState:
    """Read all but the rows' counts and checksums.

    Raises:
        DatabaseError: something of it cannot be read.
    """
    settings = {row["name"]: str(row["value"]) for row in session.rows(_SETTINGS)}
    return DatabaseState(
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        identity=read_identity(session),
        settings=_settings(settings),
        bytes=_size(session),
        probe=_PROBE,
        versions=_versions(session, version_table),
        tables=read_tables(session),
        sequences=(),  # where they stand is in a table of its own
        structure=tuple(StructureItem(**row) for row in session.rows(_STRUCTURE)),
        extensions=(),
        roles=(),
        server_settings=tuple(sorted(settings.items())),
        large_objects=LargeObjects(0, None),
    )


def read_identity(session: Session) -> DatabaseIdentity:
    """Read which file this is: by its path, and by its number on its disk."""
    (found,) = session.rows(_FILE)
    path = str(found["file"] or "")
    major, minor, patch = (*map(int, str(found["version"]).split(".")), 0, 0)[:3]
    version = major * 10_000 + minor * 100 + patch
    return DatabaseIdentity(path, number_of(path), None, version, path or session.place)


def number_of(path: str) -> int:
    """The number of a file on its disk; where it is not to be seen, one made of its path."""
    try:
        return Path(path).stat().st_ino
    except OSError:
        return zlib.crc32(path.encode())


def read_tables(session: Session) -> tuple[TableState, ...]:
    """Read the tables and their columns; neither counts nor checksums."""
    columns: dict[str, list[ColumnState]] = {}
    for row in session.rows(_COLUMNS):
        columns.setdefault(str(row["table"]), []).append(_column(row))
    names = [str(row["name"]) for row in session.rows(_TABLES)]
    share = _size(session) // (len(names) or 1)  # only shown, while it is counted
    return tuple(
        TableState("", name, tuple(columns.get(name, ())), partitioned=False, bytes=share)
        for name in names
    )


def read_sequences(session: Session) -> tuple[SequenceState, ...]:
    """There are none: where keys stand is in a table of its own."""
    del session
    return ()


def read_edges(session: Session) -> tuple[ForeignKeyEdge, ...]:
    """Read which table refers to which."""
    return tuple(
        ForeignKeyEdge(str(row["table"]), f"foreign key {row['id']}", str(row["other"]))
        for row in session.rows(_EDGES)
    )


def read_foreign_owners(session: Session) -> dict[str, str]:
    """A table has no owner."""
    del session
    return {}


def _column(row: Mapping[str, Any]) -> ColumnState:
    kind = "generated" if row["hidden"] in _COMPUTED else "stored"
    usual = None if row["usual"] is None else str(row["usual"])
    return ColumnState(str(row["name"]), str(row["type"]), bool(row["required"]), usual, kind)


def _size(session: Session) -> int:
    (found,) = session.rows(_BYTES)
    return int(found["bytes"] or 0)


def _settings(known: Mapping[str, str]) -> DatabaseSettings:
    return DatabaseSettings(
        owner="",
        encoding=known.get("encoding", ""),
        collate="",
        ctype="",
        provider="",
        locale=None,
        rules=None,
        tablespace="",
        connection_limit=-1,
        comment=None,
        grants=(),
        parameters=(),
    )


def _versions(session: Session, table: TableName) -> tuple[str, ...] | None:
    names = {str(row["name"]).lower() for row in session.rows(_TABLES)}
    if table.name.lower() not in names:
        return None
    key = key_of(table)
    parts = [f"CAST({identifier(it)} AS TEXT)" for it in key_columns(key)]
    version = f" || {literal(joint(key))} || ".join(parts)
    query = f"SELECT {version} AS v FROM {identifier(table.name)} ORDER BY 1"  # noqa: S608  quoted
    return tuple(str(row["v"]) for row in session.rows(query) if row["v"] is not None)
