"""Measuring a database: structure, row counts and applied versions at one moment; and standing."""

import zlib
from collections.abc import Iterator, Sequence

from analyzer.engines.mysql.access.failures import DENIED
from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.access.version_table import (
    columns_of,
    quoted,
    stored_rows,
    version_of,
)
from analyzer.engines.mysql.words import identifier, literal
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError, StatementError
from analyzer.model.core.table_row import ONLY_VERSIONS, RowShape
from analyzer.model.core.version_table import AUDIT_TABLE, NOTES_TABLE, TableName
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowStep, UpdateRow
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import TableLocation
from analyzer.model.schema.measure import Measure

_HERE = f"table_schema = DATABASE() AND table_name NOT IN ('{AUDIT_TABLE}', '{NOTES_TABLE}')"
_LINES = {
    "tables": "'table', table_name, table_type, engine, table_collation",
    "columns": "'column', CONCAT(table_name, '.', column_name), ordinal_position, column_type, "
    "collation_name, is_nullable, column_default, extra",
    "statistics": "'index', CONCAT(table_name, '.', index_name), seq_in_index, column_name, "
    "sub_part, non_unique, index_type",
    "table_constraints": "'constraint', CONCAT(table_name, '.', constraint_name), constraint_type",
    "triggers": "'trigger', CONCAT(event_object_table, '.', trigger_name), action_timing, "
    "event_manipulation, action_statement",
    "views": "'view', table_name, view_definition",
    "routines": "routine_type, routine_name, routine_definition",
}
"""What makes a line of structure, by the table of the catalogue that knows it."""
_WHERE = {
    "triggers": "trigger_schema = DATABASE()",
    "views": "table_schema = DATABASE()",
    "routines": "routine_schema = DATABASE()",
}
_TABLES = (
    "SELECT table_name AS name, COALESCE(data_length, 0) AS size FROM information_schema.tables "  # noqa: S608  ours
    f"WHERE {_HERE} AND table_type = 'BASE TABLE' ORDER BY table_name"
)
_COUNTED = 2 << 30  # bytes of a table whose rows are counted
_ENGINE = "its engine is"
_READS = frozenset({"USAGE", "SELECT"})
_PROBES = {
    "UPDATE": "EXPLAIN UPDATE {table} SET {column} = {column} WHERE FALSE",
    "DELETE": "EXPLAIN DELETE FROM {table} WHERE FALSE",
    "INSERT": "EXPLAIN INSERT INTO {table} ({column}) VALUES ('')",
}
"""Statements that are only explained, which asks for the right to carry them out."""
_NEEDED = {UpdateRow: "UPDATE", DeleteRow: "DELETE", InsertRow: "INSERT"}


def read_measure(
    gateway: MysqlGateway, table: TableName, shape: RowShape = ONLY_VERSIONS
) -> Measure:
    """Measure a database in one read-only transaction.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be read.
    """
    with gateway.reading() as session:
        structure = structure_in(session)
        sizes = {str(row["name"]): int(row["size"]) for row in session.rows(_TABLES)}
        sizes.pop(table.name, None)
        counts = {
            name: int(session.column(f"SELECT COUNT(*) AS n FROM {identifier(name)}")[0])  # noqa: S608  quoted
            for name, size in sizes.items()
            if size <= _COUNTED
        }
        rows = _texts(session, table, shape)
    return Measure(structure, counts, tuple(it for it in sizes if it not in counts), rows)


def structure_in(session: MysqlSession) -> tuple[str, ...]:
    """All that a database is made of, a line each, sorted; what we keep there does not count."""
    lines = (line for kind in _LINES for line in _structure(session, kind))
    return tuple(sorted(" ".join(str(line).split()) for line in lines))


def _structure(session: MysqlSession, kind: str) -> list[object]:
    return session.column(
        f"SELECT CONCAT_WS(' ', {_LINES[kind]}) AS line FROM information_schema.{kind} "  # noqa: S608  ours
        f"WHERE {_WHERE.get(kind, _HERE)}"
    )


def _texts(session: MysqlSession, table: TableName, shape: RowShape) -> tuple[str, ...]:
    stored = stored_rows(session, table, shape)
    told = (shape.row(one) for one in stored if one is not None)
    return tuple(sorted(row.text for row in told if row is not None))


def read_stored(
    gateway: MysqlGateway, table: TableName, shape: RowShape = ONLY_VERSIONS
) -> tuple[str, ...]:
    """Read the version table's rows as texts, sorted as plans sort them.

    Raises:
        DatabaseError, EnvironmentToolError: the database cannot be read.
    """
    with gateway.reading() as session:
        return _texts(session, table, shape)


def read_standing(gateway: MysqlGateway, table: TableName) -> Standing:
    """Ask a database who it is and what its version table lets us do.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be reached, or has no such table.
    """
    with gateway.reading() as session:
        columns = columns_of(session, table)
        database = gateway.address.database
        if columns is None:
            raise DatabaseError(
                f"{database} has no table {table}",
                why="this is another database than the one that was analysed, or the table is gone",
                fix="check the address of the database",
            )
        (role,) = session.column("SELECT CURRENT_USER() AS role")
        (standby,) = session.column("SELECT @@read_only AS standby")
        audit = columns_of(session, TableName(AUDIT_TABLE, table.schema)) is not None
        system, number = server_of(session), number_of(database)
        identity = TableLocation(system, database, number, gateway.server, table)
        between, version = tuple(_between(session, table)), version_of(session)
    return Standing(
        identity=identity,
        role=str(role),
        version=version,
        standby=str(standby) in {"1", "ON"},
        privileges=_READS | frozenset(_rights(gateway, table, columns[0])),
        audit=True if audit else None,
        children=(),
        between=between,
    )


def server_of(session: MysqlSession) -> str:
    """What tells a server from all others: its own identifier, or else where it is."""
    known = session.rows(
        "SHOW VARIABLES WHERE Variable_name IN ('server_uuid', 'server_uid')"
    ) or session.rows("SELECT CONCAT_WS(':', @@hostname, @@port, @@datadir) AS Value")
    return str(known[0]["Value"])


def number_of(database: str) -> int:
    """A number for a database, which has none: its name's checksum."""
    return zlib.crc32(database.encode())


def _system(session: MysqlSession) -> str:
    """What tells a database from all others: the server's own identifier, and the name."""
    (database,) = session.column("SELECT DATABASE() AS name")
    return f"{server_of(session)}/{database}"


def _between(session: MysqlSession, table: TableName) -> Iterator[str]:
    """What stands between us and the rows, in words."""
    place = "DATABASE()" if table.schema is None else literal(table.schema)
    (engine,) = session.column(
        f"SELECT engine AS it FROM information_schema.tables WHERE table_schema = {place} "  # noqa: S608  quoted
        f"AND table_name = {literal(table.name)}"
    )
    if str(engine) != "InnoDB":
        yield f"{_ENGINE} {engine}, which cannot roll anything back"
    triggers = session.column(
        f"SELECT trigger_name AS it FROM information_schema.triggers "  # noqa: S608  quoted
        f"WHERE event_object_schema = {place} AND event_object_table = {literal(table.name)}"
    )
    if triggers:
        yield f"it has triggers ({', '.join(sorted(map(str, triggers)))})"


def _rights(gateway: MysqlGateway, table: TableName, column: str) -> Iterator[str]:
    """What the role may do with the table, roles included: each is asked in a session of its own.

    A client ends with the first refusal.
    """
    for name, probe in _PROBES.items():
        asked = probe.format(table=quoted(table), column=identifier(column))
        with gateway.session() as session:
            try:
                session.rows(asked)
            except StatementError as error:
                if error.sqlstate not in map(str, DENIED):
                    raise
            else:
                yield name


def demand_privileges(standing: Standing, steps: Sequence[RowStep], *, audit: bool) -> None:
    """Make sure that the role can do all that a plan's steps and their inverses need.

    Raises:
        DatabaseError: the server is read-only, a privilege is missing, or something stands between
            us and the rows.
    """
    del audit  # the script makes its table before anything is changed, or ends
    database, table = standing.identity.name, standing.identity.table
    if standing.standby:
        raise DatabaseError(
            f"{database} at {standing.identity.server} is read-only, and cannot be changed",
            why="it is a replica, or its administrator has set read_only",
            fix="name the primary server: --database-url URL",
        )
    if standing.between:
        raise DatabaseError(
            f"{table} in {database} cannot be repaired: {'; '.join(standing.between)}; nothing was "
            "changed",
            why="what was started there could not be rolled back, or something else decides it",
            fix=f"{_way_out(standing)}, then run the same command again",
        )
    needed = {"SELECT"}
    for step in steps:
        needed |= {_NEEDED[type(step)], _NEEDED[type(step.inverse())]}
    missing = sorted(needed - standing.privileges)
    if missing:
        raise DatabaseError(
            f"user {standing.role} may not change {table} in {database}; nothing was changed",
            why="missing privileges, for the repair or for its way back: " + ", ".join(missing),
            fix="connect as the user of the application, or let an administrator run GRANT "
            f"{', '.join(missing)} ON {identifier(database)}.{identifier(table.name)} TO "
            + "@".join(literal(part) for part in standing.role.rsplit("@", 1)),
        )


def _way_out(standing: Standing) -> str:
    """What makes a table one that can be repaired."""
    table = quoted(standing.identity.table)
    engine = any(it.startswith(_ENGINE) for it in standing.between)
    triggers = any(not it.startswith(_ENGINE) for it in standing.between)
    ways = [f"run ALTER TABLE {table} ENGINE=InnoDB"] * engine + ["drop the triggers"] * triggers
    return " and ".join(ways)


def is_same_database(one: Gateway, other: Gateway) -> bool:
    """Whether two ways lead to one database.

    Raises:
        DatabaseError, EnvironmentToolError: one of them cannot be read.
    """
    return _identity(one) == _identity(other)


def _identity(gateway: Gateway) -> str:
    with gateway.reading(TableName("tables", "information_schema")) as session:
        assert isinstance(session, MysqlSession)  # noqa: S101  who asks has looked at the engine
        return _system(session)
