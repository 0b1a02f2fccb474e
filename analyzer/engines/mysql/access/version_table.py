"""The version table of a MySQL database, and what its catalogue says, at one moment."""

from analyzer import limits
from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.words import identifier, literal
from analyzer.errors import DatabaseError, StatementError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import RowShape, key_columns
from analyzer.model.core.version_table import NOTES_TABLE, TableName, VersionTable
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.records import replace
from analyzer.sources.rows.applied import applied_rows, notes_on
from analyzer.sources.rows.version_columns import check_columns

SOURCE = "mysql"
_PREFIX = "="  # before each text, so that one which reads NULL is told from none


def read_version_table(
    gateway: MysqlGateway,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> VersionTable:
    """Read all applied rows of one database; doubles are kept, the order is that of the bytes.

    Raises:
        DatabaseError: unreachable, refused, no such table as was named, or another framework's.
        EnvironmentToolError: the prefix or the client behind it does not run.
    """
    with gateway.reading() as session:
        return versions_in(session, gateway, table, framework, environment)


def read_live_database(
    gateway: MysqlGateway,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> LiveDatabase:
    """Read the version table, and in the same transaction what the catalogue says."""
    from analyzer.engines.mysql.catalog.live_schema import read_catalog

    with gateway.reading() as session:
        versions = versions_in(session, gateway, table, framework, environment)
        try:
            return LiveDatabase(versions, read_catalog(session, versions))
        except StatementError as error:
            return LiveDatabase(versions, None, error.primary)
        except DatabaseError as error:  # it is too large
            return LiveDatabase(versions, None, error.what)


def read_noted(
    gateway: MysqlGateway,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> LiveDatabase:
    """Read the version table; notes are kept in a file of their own."""
    from analyzer.model.notes.note import Notebook, NotesHome

    versions = read_version_table(gateway, table, framework, environment)
    book = Notebook(
        f"table {NOTES_TABLE}",
        home=NotesHome(str(versions.table)),
        there=False,
        hindrance="notes are not kept in a MySQL database; keep them in a file of their own: "
        "migdoctor record --to FILE",
    )
    return LiveDatabase(versions, None, notes=book)


def versions_in(
    session: MysqlSession,
    gateway: MysqlGateway,
    table: TableName | None,
    framework: Framework,
    environment: str,
) -> VersionTable:
    """Read all applied rows in a session's transaction. Raises as `read_version_table`."""
    wanted = table or framework.usual_table
    columns = columns_of(session, wanted)
    here = _place(session, gateway, wanted, environment)
    if columns is None:
        if table is not None:
            raise _missing(here, wanted)
        note = f"there is no table {wanted}: no migration ever ran in this database"
        return replace(here, notes=(note,))
    check_columns(str(wanted), columns, framework)
    shape = RowShape(framework.store.version_column, framework.store.kept(columns))
    stored = stored_rows(session, wanted, shape)
    rows = applied_rows(stored, framework, Origin(environment, f"{here.database} {wanted}"), shape)
    return replace(
        here,
        place=f"table {wanted} of {here.place}",
        rows=rows,
        shape=shape,
        notes=notes_on(len(stored) - len(rows)),
    )


def _place(
    session: MysqlSession, gateway: MysqlGateway, wanted: TableName, environment: str
) -> VersionTable:
    """What is known of a database before its rows are."""
    database = gateway.address.database
    return VersionTable(
        environment=environment,
        source=SOURCE,
        place=f"database {database} {session.way}",
        table=wanted,
        rows=(),
        database=database,
        server_version=version_of(session),
    )


def version_of(session: MysqlSession) -> int:
    """The server's version as a number: 101119 is 10.11.19."""
    (said,) = session.column("SELECT version() AS version")
    parts = str(said).partition("-")[0].split(".")
    major, minor, patch = (*(int(it) if it.isdigit() else 0 for it in parts), 0, 0, 0)[:3]
    return major * 10_000 + minor * 100 + patch


def columns_of(session: MysqlSession, table: TableName) -> tuple[str, ...] | None:
    """The columns of a table; None where there is none of the name.

    Raises:
        DatabaseError: it is a view.
    """
    place = f"table_schema = {_database(table)} AND table_name = {literal(table.name)}"
    kinds = session.column(
        f"SELECT table_type AS kind FROM information_schema.tables WHERE {place}"  # noqa: S608  quoted
    )
    if not kinds:
        return None
    if "VIEW" in str(kinds[0]):
        raise DatabaseError(
            f"{table} is a view",
            why="a version table is an ordinary table, which the framework can write to",
            fix="name the table behind it with --version-table NAME",
        )
    names = session.column(
        "SELECT column_name AS name FROM information_schema.columns "  # noqa: S608  quoted
        f"WHERE {place} ORDER BY ordinal_position"
    )
    return tuple(map(str, names))


def _database(table: TableName) -> str:
    return "database()" if table.schema is None else literal(table.schema)


def quoted(table: TableName) -> str:
    """A table's name for SQL."""
    return identifier(*filter(None, (table.schema, table.name)))


def stored_rows(
    session: MysqlSession, table: TableName, shape: RowShape
) -> list[str | list[str | None] | None]:
    """All rows as they are stored, as texts, in the order of the version's bytes.

    Of rows, and of a version's characters, one more than is allowed, so that it shows.
    """
    most = limits.VERSION_TEXT.most + 1
    key, texts = (
        [f"CONVERT({identifier(it)} USING utf8mb4)" for it in names]
        for names in (key_columns(shape.version), shape.columns)
    )
    joined = ", '.', ".join(key)
    version = joined if len(key) == 1 else f"CONCAT({joined})"
    texts = [f"LEFT({version}, {most})", *texts]
    listed = ", ".join(
        f"CONCAT({literal(_PREFIX)}, {text}) AS c{place}" for place, text in enumerate(texts)
    )
    found = session.rows(
        f"SELECT {listed} FROM {quoted(table)} ORDER BY CAST({texts[0]} AS BINARY) "  # noqa: S608  quoted
        f"LIMIT {limits.DATABASE_ROWS.most + 1}"
    )
    plain = [[_unmarked(value) for value in row.values()] for row in found]
    return [row[0] for row in plain] if not shape.columns else list(plain)


def _unmarked(value: object) -> str | None:
    return None if value is None else str(value).removeprefix(_PREFIX)


def _missing(here: VersionTable, wanted: TableName) -> DatabaseError:
    return DatabaseError(
        f"{here.database} has no table {wanted}",
        why="no migration has run in this database, or the table has another name",
        fix="check the address, or name the table with --version-table NAME",
    )
