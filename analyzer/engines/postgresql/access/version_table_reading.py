"""The version table of a PostgreSQL database, and what its catalogue says, in one transaction."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from analyzer.engines.postgresql.access.gateway import PostgresGateway
from analyzer.engines.postgresql.access.session import PostgresSession
from analyzer.engines.postgresql.catalog import version_table_queries as catalog
from analyzer.engines.postgresql.catalog.live_schema import read_catalog
from analyzer.errors import ConnectionLostError, DatabaseError, StatementError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.records import replace
from analyzer.sources.rows.applied import applied_rows, notes_on

if TYPE_CHECKING:
    from analyzer.engines.postgresql.notes.note_reading import NotesWait
    from analyzer.model.notes.note import Notebook


def read_version_table(
    gateway: PostgresGateway,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> VersionTable:
    """Read all applied rows of one database; doubles are kept, the order is that of the text.

    Args:
        gateway: the way to the database.
        table: the version table; None for the framework's own, found along the search path.
        framework: whose version table it is.
        environment: the name under which reports speak of this database.

    Returns:
        The rows, with the table's real schema, the database's name and the server's version. A
        database without the framework's own table is one where nothing ran.

    Raises:
        DatabaseError: unreachable, refused, no such table as was named, or another framework's.
        EnvironmentToolError: the prefix or the psql behind it does not run.
    """
    wanted = table or framework.usual_table
    with gateway.reading(wanted) as session:
        catalogue = read_catalogue(session, wanted)
        return _read(session, catalogue, wanted, framework, environment, named=table is not None)


def read_live_database(
    gateway: PostgresGateway,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> LiveDatabase:
    """Read the version table, and in the same transaction what the catalogue says.

    Arguments and errors are those of ``read_version_table``; a catalogue that cannot be read, as
    while a migration that is running holds its tables, is no error.
    """
    wanted = table or framework.usual_table
    with gateway.reading(wanted) as session:
        catalogue = read_catalogue(session, wanted)
        versions = _read(
            session, catalogue, wanted, framework, environment, named=table is not None
        )
        return with_catalog(session, versions, found=catalog.finds(catalogue, versions.table))


def with_catalog(
    session: PostgresSession,
    versions: VersionTable,
    narrowed: Callable[[str], str] = str,
    *,
    found: bool = False,
) -> LiveDatabase:
    """Read what the catalogue says, in the transaction in which the version table was read.

    Args: narrowed, found: as for `read_catalog`.
    """
    noted = bool(session.ask(catalog.notes_query(versions.table)))  # most databases have none
    try:
        with session.turn():
            read = read_catalog(session, versions, narrowed, found=found)
    except ConnectionLostError:
        raise
    except StatementError as error:
        return LiveDatabase(
            versions, None, error.primary, _unread(versions, error) if noted else None
        )
    except DatabaseError as error:  # it is too large
        return LiveDatabase(versions, None, error.what, _unread(versions, error) if noted else None)
    return LiveDatabase(versions, read, notes=_notes(session, versions) if noted else None)


def read_noted(
    gateway: PostgresGateway,
    table: TableName | None,
    framework: Framework,
    environment: str = "default",
) -> LiveDatabase:
    """Read the version table, and in the same transaction the notes beside it.

    Arguments and errors are those of ``read_version_table``.
    """
    return read_one_of_many(gateway, table, framework, environment, None)


def read_one_of_many(
    gateway: PostgresGateway,
    table: TableName | None,
    framework: Framework,
    environment: str,
    wait: "NotesWait | None",
) -> LiveDatabase:
    """Do the same in a run that reads many. Args: wait: of the whole run, for their notes."""
    wanted = table or framework.usual_table
    with gateway.reading(wanted) as session:
        catalogue = read_catalogue(session, wanted)
        versions = _read(
            session, catalogue, wanted, framework, environment, named=table is not None
        )
        from analyzer.engines.postgresql.notes.note_reading import first_schema  # with the notes

        if versions.table.schema is None:  # it is not there yet: this is where it will be made
            versions = replace(
                versions, table=replace(versions.table, schema=first_schema(session))
            )
        return LiveDatabase(versions, None, notes=_notes(session, versions, wait))


def _notes(
    session: PostgresSession, versions: VersionTable, wait: "NotesWait | None" = None
) -> "Notebook":
    """Read the notes; that they cannot be read, as while somebody locks them, is no error."""
    from analyzer.engines.postgresql.notes.note_reading import (  # only where they are
        NotesWait,
        notes_in,
    )

    try:
        return notes_in(session, versions.table, wait or NotesWait())
    except ConnectionLostError:
        raise
    except DatabaseError as error:
        return _unread(versions, error)


def _unread(versions: VersionTable, error: DatabaseError) -> "Notebook":
    """What stands for notes that were not read: an error ends the transaction, if not psql."""
    from analyzer.engines.postgresql.notes.note_reading import unread_notes  # see above

    return unread_notes(versions.table, error)


def _read(
    session: PostgresSession,
    catalogue: catalog.Catalogue,
    wanted: TableName,
    framework: Framework,
    environment: str,
    *,
    named: bool,
) -> VersionTable:
    if named:
        return read_rows(session, catalogue, wanted, framework, environment)
    if catalog.is_nowhere(catalogue):
        return _nothing_ran(session, catalogue, wanted, environment)
    others = catalog.others_of(catalogue, None, framework)
    if others[1:] and not any(it.visible for it in catalogue.relations):
        nowhere = _nothing_ran(session, catalogue, wanted, environment)
        return replace(nowhere, notes=(), elsewhere=others)
    table = read_rows(session, catalogue, wanted, framework, environment)
    return replace(table, elsewhere=catalog.others_of(catalogue, table.table, framework))


def read_catalogue(session: PostgresSession, wanted: TableName) -> catalog.Catalogue:
    """Ask what the database is, and what in it has the version table's name."""
    catalogue = catalog.parse_catalogue(session.ask(catalog.catalogue_query(wanted)))
    session.known_as(catalogue.user, catalogue.database)
    return catalogue


def read_rows(
    session: PostgresSession,
    catalogue: catalog.Catalogue,
    wanted: TableName,
    framework: Framework,
    environment: str,
) -> VersionTable:
    """Read the rows of a version table that the catalogue shows.

    Raises:
        DatabaseError: it shows none of this framework.
    """
    found = catalog.choose_table(catalogue, wanted, framework)
    shape = catalog.shape_of(catalogue, found, framework)
    stored = session.ask(catalog.rows_query(found, shape))
    origin = Origin(environment, f"{catalogue.database} {found}")
    rows = applied_rows(stored, framework, origin, shape)
    return VersionTable(
        environment=environment,
        source="postgresql",
        place=f"table {found} of database {catalogue.database} {session.way}",
        table=found,
        rows=rows,
        database=catalogue.database,
        server_version=catalogue.server_version,
        shape=shape,
        notes=notes_on(len(stored) - len(rows)),
    )


def _nothing_ran(
    session: PostgresSession, catalogue: catalog.Catalogue, wanted: TableName, environment: str
) -> VersionTable:
    return VersionTable(
        environment=environment,
        source="postgresql",
        place=f"database {catalogue.database} {session.way}",
        table=wanted,
        rows=(),
        database=catalogue.database,
        server_version=catalogue.server_version,
        notes=(f"there is no table {wanted}: no migration ever ran in this database",),
        missing=True,
    )
