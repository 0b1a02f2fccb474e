"""The version table of a PostgreSQL database, read through psycopg in a read-only transaction."""

from typing import TYPE_CHECKING, Any, TypeVar

from analyzer.engines.postgresql.access.connection import DEFAULTS, Address, read_address
from analyzer.engines.postgresql.access.connection_errors import (
    NOTHING_NAMED,
    connection_failure,
    query_failure,
)
from analyzer.engines.postgresql.access.pinning import reading_connection
from analyzer.engines.postgresql.catalog import catalog
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.sources.rows.applied import applied_rows, notes_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection, Error
    from psycopg.sql import Composed

_Answer = TypeVar("_Answer")


def read_version_table(
    url: str | None,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> VersionTable:
    """Read all applied rows of one database; doubles are kept, the order is that of the text.

    Args:
        url: the database's address; None for DATABASE_URL, or else what libpq itself finds.
        table: the version table; None for the framework's own, found along the search path.
        framework: whose version table it is.
        environment: the name under which reports speak of this database.

    Returns:
        The rows, with the table's real schema, the database's name and the server's version.

    Raises:
        DatabaseError: unreachable, refused, or no version table of this framework.
    """
    return _connected(
        url,
        table or TableName(framework.table),
        lambda connection, wanted: _read(connection, wanted, framework, environment),
    )


def read_live_database(
    url: str | None,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> LiveDatabase:
    """Read the version table, and in the same transaction what the catalogue says.

    Arguments and errors are those of ``read_version_table``; a catalogue that cannot be read, as
    while a migration that is running holds its tables, is no error.
    """

    def read(connection: "Connection", wanted: TableName) -> LiveDatabase:
        from psycopg import Error

        from analyzer.engines.postgresql.catalog.schema_catalog import read_catalog

        versions = _read(connection, wanted, framework, environment)
        try:
            return LiveDatabase(versions, read_catalog(connection, versions.table))
        except DatabaseError as error:  # it is too large
            return LiveDatabase(versions, None, error.what)
        except Error as error:
            if connection.closed:
                raise
            return LiveDatabase(versions, None, error.diag.message_primary or "it was refused")

    return _connected(url, table or TableName(framework.table), read)


def _connected(
    url: str | None, wanted: TableName, read: "Callable[[Connection, TableName], _Answer]"
) -> _Answer:
    import psycopg

    address = read_address(url)
    try:
        with reading_connection(address) as connection:
            return read(connection, wanted)
    except psycopg.Error as error:
        raise _explain(error, address, wanted) from None  # its text may hold the password


def _read(
    connection: "Connection", wanted: TableName, framework: Framework, environment: str
) -> VersionTable:
    answer = _ask(connection, catalog.catalogue_query(wanted))
    catalogue = catalog.parse_catalogue(answer)
    found = catalog.choose_table(catalogue, wanted, framework)
    stored = _ask(connection, catalog.rows_query(found))
    origin = Origin(environment, f"{catalogue.database} {found}")
    return VersionTable(
        environment=environment,
        source="postgresql",
        place=f"table {found} of database {catalogue.database} at {_server(connection)}",
        table=found,
        rows=applied_rows(stored, framework, origin),
        database=catalogue.database,
        server_version=catalogue.server_version,
        notes=notes_on(stored.count(None)),
    )


def _ask(connection: "Connection", query: "Composed") -> Any:  # noqa: ANN401  JSON of any shape
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _server(connection: "Connection") -> str:
    info = connection.info
    return f"{info.host or 'the local socket'}:{info.port}"


def _explain(error: "Error", address: Address, wanted: TableName) -> DatabaseError:
    said, target = address.redact(str(error)), address.target()
    if error.sqlstate is not None:
        return query_failure(said, error.sqlstate, wanted, target)
    nothing_named = address.named_by == DEFAULTS and "local socket" in target.server
    return connection_failure(said, target, hint=NOTHING_NAMED if nothing_named else "")
