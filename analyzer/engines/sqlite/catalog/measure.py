"""Measuring a file: structure, row counts and applied versions, at one moment."""

import os
from collections.abc import Sequence
from getpass import getuser

from analyzer.engines.sessions import Gateway
from analyzer.engines.sqlite.access.gateway import SqliteGateway
from analyzer.engines.sqlite.access.session import SqliteSession
from analyzer.engines.sqlite.access.version_table import (
    columns_of,
    file_of,
    may_write,
    stored_rows,
    version_of,
)
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.errors import DatabaseError
from analyzer.model.core.table_row import ONLY_VERSIONS, RowShape
from analyzer.model.core.version_table import AUDIT_TABLE, NOTES_TABLE, TableName
from analyzer.model.findings.advice import Rate, Volume
from analyzer.model.plans.plan import RowStep
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import TableLocation
from analyzer.model.schema.measure import Measure

_OURS = f"'{AUDIT_TABLE}', '{NOTES_TABLE}'"
_STRUCTURE = (
    "SELECT type || ' ' || name || coalesce(' ' || sql, '') AS line FROM sqlite_master "  # noqa: S608  ours
    f"WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT IN ({_OURS})"
)
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "  # noqa: S608  ours
    f"ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT IN ({_OURS}) ORDER BY name"
)
_BYTES = (
    "SELECT (SELECT page_count FROM pragma_page_count) * "
    "(SELECT page_size FROM pragma_page_size) AS bytes"
)
_COUNTED = 2 << 30  # bytes of a file whose rows are counted
_RIGHTS = frozenset({"USAGE", "CREATE", "SELECT", "UPDATE", "INSERT", "DELETE"})
_READS = frozenset({"USAGE", "SELECT"})


def read_measure(
    gateway: SqliteGateway, table: TableName, shape: RowShape = ONLY_VERSIONS
) -> Measure:
    """Measure a file in one read-only transaction.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be read.
    """
    with gateway.reading() as session:
        structure = structure_in(session)
        names = [str(name) for name in session.column(_TABLES) if name != table.name]
        small = int(session.column(_BYTES)[0] or 0) <= _COUNTED
        counts = {name: _count(session, name) for name in names} if small else {}
        rows = _texts(session, table, shape)
    return Measure(tuple(structure), counts, () if small else tuple(names), rows)


def structure_in(session: SqliteSession) -> list[str]:
    """What a file is made of, a line for each part, whatever the spaces in it."""
    return sorted(" ".join(str(line).split()) for line in session.column(_STRUCTURE))


def _count(session: SqliteSession, table: str) -> int:
    return int(session.column(f"SELECT count(*) AS n FROM {identifier(table)}")[0])  # noqa: S608  quoted


def _texts(session: SqliteSession, table: TableName, shape: RowShape) -> tuple[str, ...]:
    stored = stored_rows(session, table, shape)
    told = (shape.row(one) for one in stored if one is not None)
    return tuple(sorted(row.text for row in told if row is not None))


def read_stored(
    gateway: SqliteGateway, table: TableName, shape: RowShape = ONLY_VERSIONS
) -> tuple[str, ...]:
    """Read the version table's rows as texts, sorted as plans sort them.

    Raises:
        DatabaseError, EnvironmentToolError: the file cannot be read.
    """
    with gateway.reading() as session:
        return _texts(session, table, shape)


def read_volume(gateway: SqliteGateway) -> tuple[Volume, Rate | None]:
    """Say how much a file holds; how fast it can be copied is not measured.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be read.
    """
    with gateway.reading() as session:
        size = int(session.column(_BYTES)[0] or 0)
        return Volume(size, None, len(session.column(_TABLES))), None


def read_standing(gateway: SqliteGateway, table: TableName) -> Standing:
    """Say which file it is, and whether this account may write to it.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be read, or has no such table.
    """
    with gateway.reading() as session:
        path = file_of(session) or gateway.address.path
        if columns_of(session, table) is None:
            raise DatabaseError(
                f"{path} has no table {table}",
                why="this is another database than the one that was analysed, or the table is gone",
                fix="check the path of the database",
            )
        audit = columns_of(session, TableName(AUDIT_TABLE)) is not None
        triggers = session.column(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' "  # noqa: S608  quoted
            f"AND lower(tbl_name) = lower({literal(table.name)}) ORDER BY name"
        )
        version = version_of(session)
    return Standing(
        identity=TableLocation(None, path, 0, gateway.server, table),
        role=_account(),
        version=version,
        standby=False,
        privileges=_RIGHTS if may_write(gateway, path) else _READS,
        audit=True if audit else None,
        children=(),
        between=(f"it has triggers ({', '.join(map(str, triggers))})",) if triggers else (),
    )


def _account() -> str:
    try:
        return getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def demand_privileges(standing: Standing, steps: Sequence[RowStep], *, audit: bool) -> None:
    """Make sure that the file can be written to, and that nothing stands between us and the rows.

    Raises:
        DatabaseError: it is not so.
    """
    del steps, audit
    file, table = standing.identity.name, standing.identity.table
    if standing.between:
        raise DatabaseError(
            f"{table} in {file} cannot be repaired: {'; '.join(standing.between)}; nothing was "
            "changed",
            why="something else decides what happens to the rows",
            fix="drop the triggers, then run the same command again",
        )
    if not standing.privileges >= _RIGHTS:
        raise DatabaseError(
            f"user {standing.role} may not write to {file}; nothing was changed",
            why="the file, or the folder around it, in which SQLite keeps its journal, is "
            "read-only for this account; or the address says so (mode=ro)",
            fix="run the same command as the application's account, and without mode=ro",
        )


def is_same_database(one: Gateway, other: Gateway) -> bool:
    """Whether two ways lead to one file, links followed.

    Raises:
        DatabaseError, EnvironmentToolError: one of them cannot be read.
    """
    return _identity(one) == _identity(other)


def _identity(gateway: Gateway) -> tuple[str, tuple[str, ...]]:
    with gateway.reading(TableName("sqlite_master")) as session:
        (found,) = session.rows("SELECT file FROM pragma_database_list WHERE name = 'main'")
        return str(found["file"]), gateway.prefix
