"""The version table of a MySQL database, and what its catalogue says, at one moment."""

from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.words import identifier, literal
from analyzer.engines.shared.version_tables import StoredRows, VersionTables
from analyzer.errors import DatabaseError
from analyzer.model.core.table_row import RowShape, joint, key_columns
from analyzer.model.core.version_table import NOTES_TABLE, TableName, VersionTable
from analyzer.model.schema.catalog import Catalog

if TYPE_CHECKING:
    from analyzer.model.notes.note import Notebook

SOURCE = "mysql"
_PREFIX = "="  # before each text, so that one which reads NULL is told from none


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
    place = place_of(table)
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


def place_of(table: TableName, columns: tuple[str, str] = ("table_schema", "table_name")) -> str:
    """What picks a table's lines from the catalogue. Args: columns: for its schema and its name."""
    schema, name = columns
    home = "database()" if table.schema is None else literal(table.schema)
    return f"{schema} = {home} AND {name} = {literal(table.name)}"


def quoted(table: TableName) -> str:
    """A table's name for SQL."""
    return identifier(*filter(None, (table.schema, table.name)))


def text_of(expression: str) -> str:
    """A value as a text of one encoding, whatever the column's is."""
    return f"CONVERT({expression} USING utf8mb4)"


def stored_rows(session: MysqlSession, table: TableName, shape: RowShape) -> StoredRows:
    """All rows as they are stored, as texts, in the order of the version's bytes.

    Of rows, and of a version's characters, one more than is allowed, so that it shows.
    """
    most = limits.VERSION_TEXT.most + 1
    key, texts = (
        [text_of(identifier(it)) for it in names]
        for names in (key_columns(shape.version), shape.columns)
    )
    joined = f", {literal(joint(shape.version))}, ".join(key)
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


def _catalog(session: MysqlSession, versions: VersionTable) -> Catalog:
    from analyzer.engines.mysql.catalog.live_schema import read_catalog  # where it is asked

    return read_catalog(session, versions)


def has_notes(session: MysqlSession, versions: VersionTable) -> bool:
    """Whether there is a table of notes beside a version table."""
    place = place_of(TableName(NOTES_TABLE, versions.table.schema))
    return bool(
        session.column(f"SELECT 1 AS one FROM information_schema.tables WHERE {place}")  # noqa: S608  quoted
    )


def _notes(session: MysqlSession, gateway: MysqlGateway, versions: VersionTable) -> "Notebook":
    from analyzer.engines.mysql.notes.note_reading import notes_in  # only where they are

    del gateway
    return notes_in(session, versions)


_TABLES = VersionTables(_place, columns_of, stored_rows, _catalog, has_notes, _notes, "the address")
read_version_table = _TABLES.read_version_table
read_live_database = _TABLES.read_live_database
read_noted = _TABLES.read_noted
versions_in = _TABLES.read_in
