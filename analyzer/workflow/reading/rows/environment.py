"""One environment, read: its rows, its catalogue, the notes of what ran."""

from typing import TYPE_CHECKING

from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError, EnvironmentToolError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import VersionTable
from analyzer.model.schema.catalog import Catalog
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.records import Struct, replace
from analyzer.workflow.reading.ahead import Ahead, Later
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.model.notes.note import Notebook


class Environment(Struct, frozen=True):
    """One database as it was read; ``catalog`` is None where there is none to look into.

    ``notes`` are those of what ran, beside the rows or in a file; None where there are none.
    """

    table: VersionTable
    catalog: Catalog | None = None
    notes: "Notebook | None" = None


def begin_environment(
    request: Request, framework: Framework, *, several: bool = False
) -> Later[Environment]:
    """Begin to read what `read_environment` reads, where that waits for a server; ask for it later.

    Files, standard input and programs are read only when they are asked for; a program beside
    others at once.
    """
    if request.rows is not None or (request.exec_prefix and not several):
        return Later(lambda: read_environment(request, framework))
    # in the thread it would contend with what is loaded meanwhile
    request.engine.access.load_driver(alone=request.alone)
    return Ahead(lambda: read_environment(request, framework))


def read_environment(request: Request, framework: Framework) -> Environment:
    """Read the applied rows from where the request says, and of a database its catalogue too.

    Both are read in one transaction. Errors are those of ``read_rows``.
    """
    try:
        found = _read_environment(request, framework)
    except (DatabaseError, EnvironmentToolError) as error:
        from analyzer.workflow.places.address_origin import tell_where

        tell_where(error, request)
        raise
    if request.place is None:
        return found
    place = request.place
    table = replace(found.table, named_by=place.source, otherwise=place.otherwise)
    return replace(found, table=table)


def _read_environment(request: Request, framework: Framework) -> Environment:
    if request.rows is not None:
        return Environment(read_rows(request, framework), notes=_notes(request, framework, None))
    live = _read_live(request, framework)
    return replace(environment_of(live), notes=_notes(request, framework, live.notes))


def environment_of(live: LiveDatabase) -> Environment:
    """A live database as an environment; where its catalogue could not be read, a note says so."""
    if live.catalog is not None:
        return Environment(live.versions, live.catalog, live.notes)
    note = f"the catalogue could not be read ({live.why}), so only rows and files are used here"
    return Environment(replace(live.versions, notes=(*live.versions.notes, note)), notes=live.notes)


def _notes(request: Request, framework: Framework, beside: "Notebook | None") -> "Notebook | None":
    """The notes in the file that was named, or those beside the rows, if there are any.

    Raises:
        UsageError: there is no such file, or it is not one of notes.
    """
    if request.notes is None:
        return beside if beside is not None and beside.there else None
    from analyzer.sources.notes.note_file import read_note_file

    if beside is None and request.rows is None:  # no table: but which database is it?
        gateway = open_gateway(request.database_url, request.exec_prefix)
        beside = gateway.engine.catalog.read_noted(gateway, request.table, framework).notes
    found = read_note_file(request.notes, None if beside is None else beside.home)
    if found.there:
        return found
    raise UsageError(
        f"there is no file {request.notes}",
        why="--notes names the file that `migdoctor record --to FILE` keeps",
        fix="check its name, or leave --notes out",
    )


def _read_live(request: Request, framework: Framework) -> LiveDatabase:
    gateway = open_gateway(request.database_url, request.exec_prefix)
    return gateway.engine.catalog.read_live_database(
        gateway, request.table_for(framework.store.table), framework, request.environment
    )


def read_rows(request: Request, framework: Framework) -> VersionTable:
    """Read the applied rows from where the request says.

    Raises:
        UsageError: two places were named.  DatabaseError, RowsError: the place cannot be read.
    """
    if request.rows is not None and (request.database_url is not None or request.exec_prefix):
        raise UsageError(
            "--rows and a database were both given",
            why="the applied versions can come from one place only",
            fix="leave out --rows, or --database-url and --exec",
        )
    if request.rows is not None:
        from analyzer.sources.rows.read_rows_file import read_rows as read_dump

        return read_dump(request.rows, framework, request.table, request.environment)

    gateway = open_gateway(request.database_url, request.exec_prefix)
    return gateway.engine.catalog.read_version_table(
        gateway, request.table_for(framework.store.table), framework, request.environment
    )


def reread(table: VersionTable, reader: Framework, framework: Framework) -> VersionTable:
    """The rows that were read for one framework, as another one reads their versions."""
    if reader is framework:
        return table
    rows = tuple(
        replace(row, version=framework.numbering.read(row.version.text)) for row in table.rows
    )
    return replace(table, rows=rows)
