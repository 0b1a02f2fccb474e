"""A MySQL database's state, read in the transaction that its session is in.

Where AUTO_INCREMENT stands is no part of it: it is in no transaction, and a restored table goes on
behind its highest number.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.access.version_table import columns_of, quoted, version_of
from analyzer.engines.mysql.catalog.live_schema import read_schema
from analyzer.engines.mysql.catalog.measure import number_of, server_of
from analyzer.engines.mysql.words import identifier, literal
from analyzer.model.core.table_row import joint, key_columns
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName, key_of
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

_TABLES = (
    "SELECT table_name AS name, COALESCE(engine, '') AS engine, "
    "COALESCE(data_length, 0) AS size FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"
)
_COLUMNS = (
    "SELECT table_name AS `table`, column_name AS name, column_type AS type, "
    "is_nullable AS nullable, IF(column_default IS NULL, '', CONCAT('=', column_default)) "
    "AS value, extra AS extra FROM information_schema.columns WHERE table_schema = DATABASE() "
    "ORDER BY table_name, ordinal_position"
)
_SETTINGS = (
    "SELECT default_character_set_name AS encoding, default_collation_name AS sorting "
    "FROM information_schema.schemata WHERE schema_name = DATABASE()"
)
_OBJECTS = {
    "trigger": "SELECT trigger_name AS name, CONCAT_WS(' ', action_timing, event_manipulation, "
    "event_object_table, action_statement) AS it FROM information_schema.triggers "
    "WHERE trigger_schema = DATABASE()",
    "routine": "SELECT routine_name AS name, CONCAT_WS(' ', routine_type, dtd_identifier, "
    "routine_definition) AS it FROM information_schema.routines "
    "WHERE routine_schema = DATABASE()",
    "event": "SELECT event_name AS name, event_definition AS it FROM information_schema.events "
    "WHERE event_schema = DATABASE()",
}
_VIEWS = (
    "SELECT table_name AS name, view_definition AS it FROM information_schema.views "
    "WHERE table_schema = DATABASE()"
)
_PROBE = "SELECT MD5(CONCAT(1.5e0, DATE('2024-02-29'), 'ä', 0.1)) AS it"
_COUNTER = re.compile(r" AUTO_INCREMENT=\d+")
_GENERATED = "GENERATED"
_INNODB = "InnoDB"


def read_state(
    session: MysqlSession, version_table: TableName = DEFAULT_VERSION_TABLE
) -> DatabaseState:
    """Read all but the rows' counts and checksums.

    Raises:
        DatabaseError: something of it cannot be read.
    """
    tables, identity = read_tables(session), read_identity(session)
    return DatabaseState(
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        identity=identity,
        settings=_settings(session),
        bytes=sum(it.bytes for it in tables),
        probe=str(session.column(_PROBE)[0]),
        versions=_versions(session, version_table),
        tables=tables,
        sequences=(),
        structure=read_structure(session),
        extensions=(),
        roles=(),
        server_settings=(),
        large_objects=LargeObjects(0, None),
    )


def read_identity(session: MysqlSession) -> DatabaseIdentity:
    """Read which database this is; without numbers, its name's checksum stands for one."""
    name = str(session.column("SELECT DATABASE() AS name")[0])
    place = f"{name} {session.way}"
    return DatabaseIdentity(name, number_of(name), server_of(session), version_of(session), place)


def read_tables(session: MysqlSession) -> tuple[TableState, ...]:
    """Read the tables and their columns; neither counts nor checksums."""
    columns: dict[str, list[ColumnState]] = {}
    for row in session.rows(_COLUMNS):
        columns.setdefault(str(row["table"]), []).append(_column(row))
    return tuple(
        TableState("", name, tuple(columns.get(name, ())), partitioned=False, bytes=size)
        for name, size in ((str(it["name"]), int(it["size"])) for it in session.rows(_TABLES))
    )


def other_engines(session: MysqlSession) -> dict[str, str]:
    """The tables that are not transactional, and what keeps each."""
    rows = session.rows(_TABLES)
    return {str(it["name"]): str(it["engine"]) for it in rows if it["engine"] != _INNODB}


def read_structure(session: MysqlSession) -> tuple[StructureItem, ...]:
    """Read what the server says of its tables, views and programs, in its own words."""
    return tuple(sorted(_structure(session), key=lambda it: (it.kind, it.name)))


def _structure(session: MysqlSession) -> Iterator[StructureItem]:
    here = identifier(str(session.column("SELECT DATABASE() AS name")[0])) + "."
    for row in session.rows(_TABLES):
        name = str(row["name"])
        (found,) = session.rows(f"SHOW CREATE TABLE {identifier(name)}")
        made = str(found["Create Table"])
        yield StructureItem("table", name, _COUNTER.sub("", made))
    for row in session.rows(_VIEWS):
        yield StructureItem("view", str(row["name"]), str(row["it"]).replace(here, ""))
    for kind, query in _OBJECTS.items():
        for row in session.rows(query):
            yield StructureItem(kind, str(row["name"]), str(row["it"]))


def read_sequences(session: MysqlSession) -> tuple[SequenceState, ...]:
    """There are none that stand by themselves."""
    del session
    return ()


def read_edges(session: MysqlSession) -> tuple[ForeignKeyEdge, ...]:
    """Read which table refers to which."""
    tables = read_schema(session).tables
    return tuple(
        ForeignKeyEdge(name, key.name, key.to_table)
        for name, table in tables.items()
        for key in table.foreign_keys
    )


def read_foreign_owners(session: MysqlSession) -> dict[str, str]:
    """Tables have no owners."""
    del session
    return {}


def checksum_query(table: TableState, columns: Sequence[str] | None = None) -> str:
    """Ask for a table's rows and the checksum of their content.

    The sum of a 64-bit hash of each row: it depends neither on the rows' order nor on the columns'.

    Args: columns: whose content; None for all that are stored.
    """
    stored = [it.name for it in table.columns if it.kind != "generated"]
    names = sorted(stored if columns is None else columns)
    parts = ", ".join(f"IFNULL(MD5({identifier(name)}), '-')" for name in names) or "''"
    hashed = f"CAST(CONV(LEFT(MD5(CONCAT({parts})), 16), 16, 10) AS UNSIGNED)"
    return (
        f"SELECT COUNT(*) AS n, COALESCE(SUM({hashed}), 0) AS checksum "  # noqa: S608  quoted
        f"FROM {identifier(table.name)}"
    )


def _settings(session: MysqlSession) -> DatabaseSettings:
    (found,) = session.rows(_SETTINGS)
    return DatabaseSettings(
        owner="",
        encoding=str(found["encoding"]),
        collate=str(found["sorting"]),
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


def _versions(session: MysqlSession, table: TableName) -> tuple[str, ...] | None:
    columns = columns_of(session, table)
    key = key_of(table)
    names = key_columns(key)
    if columns is None or not {*names} <= {*columns}:
        return None
    parts = f", {literal(joint(key))}, ".join(map(identifier, names))
    version = f"CONCAT({parts})"
    query = f"SELECT {version} AS it FROM {quoted(table)} ORDER BY CAST({version} AS BINARY)"  # noqa: S608  quoted
    return tuple(map(str, session.column(query)))


def _column(row: dict[str, object]) -> ColumnState:
    value = str(row["value"])
    kind = "generated" if _GENERATED in str(row["extra"]).upper().split() else "stored"
    return ColumnState(
        str(row["name"]), str(row["type"]), row["nullable"] == "NO", value[1:] or None, kind
    )
