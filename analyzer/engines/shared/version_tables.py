"""Reading a version table, where an engine has nothing of its own to say on the way."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analyzer.engines.sessions import Gateway, Session
from analyzer.errors import DatabaseError, StatementError
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import RowShape
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.schema.catalog import Catalog
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.records import replace
from analyzer.sources.rows.applied import applied_rows, notes_on
from analyzer.sources.rows.version_columns import check_columns

if TYPE_CHECKING:
    from analyzer.model.notes.note import Notebook

StoredRows = list[str | list[str | None] | None]


class VersionTables:
    """The questions about version tables of an engine, made of what it alone knows."""

    def __init__(
        self,
        place: Callable[[Any, Any, TableName, str], VersionTable],
        columns_of: Callable[[Any, TableName], tuple[str, ...] | None],
        stored_rows: Callable[[Any, TableName, RowShape], StoredRows],
        catalog: Callable[[Any, VersionTable], Catalog],
        has_notes: Callable[[Any, VersionTable], bool],
        notes: Callable[[Any, Any, VersionTable], "Notebook"],
        words: str,
    ) -> None:
        """Take what the engine knows.

        Args:
            place: what is known of a database before its rows are.
            columns_of: the columns of a table; None where there is none of the name.
            stored_rows: all rows as they are stored.
            catalog: what the catalogue says.
            has_notes: whether there is a table of notes beside a version table.
            notes: the notes in it, or why they could not be read.
            words: what the address of a database is called, with its article.
        """
        self._place, self._columns_of, self._stored = place, columns_of, stored_rows
        self._catalog, self._has_notes, self._notes = catalog, has_notes, notes
        self._words = words

    def read_version_table(
        self,
        gateway: Gateway,
        table: TableName | None,
        framework: Framework,
        environment: str = "default",
    ) -> VersionTable:
        """Read all applied rows of one database; doubles are kept, the order is that of the bytes.

        Raises:
            DatabaseError: unreachable, refused, no such table as was named, or another framework's.
            EnvironmentToolError: the prefix or the client behind it does not run.
        """
        about = table or framework.usual_table
        with gateway.reading(about) as session:
            return self.read_in(session, gateway, table, framework, environment)

    def read_live_database(
        self,
        gateway: Gateway,
        table: TableName | None,
        framework: Framework,
        environment: str = "default",
    ) -> LiveDatabase:
        """Read the version table, and in the same transaction what the catalogue says."""
        about = table or framework.usual_table
        with gateway.reading(about) as session:
            versions = self.read_in(session, gateway, table, framework, environment)
            noted = self._has_notes(session, versions)  # most databases have none
            catalog, why = None, ""
            try:
                catalog = self._catalog(session, versions)
            except StatementError as error:  # it may have ended the session
                unread = _unread(versions, error) if noted else None
                return LiveDatabase(versions, None, error.primary, unread)
            except DatabaseError as error:  # it is too large
                why = error.what
            notes = self._notes(session, gateway, versions) if noted else None
            return LiveDatabase(versions, catalog, why, notes)

    def read_noted(
        self,
        gateway: Gateway,
        table: TableName | None,
        framework: Framework,
        environment: str = "default",
    ) -> LiveDatabase:
        """Read the version table, and in the same transaction the notes beside it."""
        about = table or framework.usual_table
        with gateway.reading(about) as session:
            versions = self.read_in(session, gateway, table, framework, environment)
            return LiveDatabase(versions, None, notes=self._notes(session, gateway, versions))

    def read_in(
        self,
        session: Session,
        gateway: Gateway,
        table: TableName | None,
        framework: Framework,
        environment: str,
    ) -> VersionTable:
        """Read all applied rows in a session's transaction. Raises as `read_version_table`."""
        wanted = table or framework.usual_table
        columns = self._columns_of(session, wanted)
        here = self._place(session, gateway, wanted, environment)
        if columns is None:
            if table is not None:
                raise self._missing(here, wanted)
            note = f"there is no table {wanted}: no migration ever ran in this database"
            return replace(here, notes=(note, *here.notes), missing=True)
        check_columns(str(wanted), columns, framework)
        store = framework.store
        shape = RowShape(store.version_column, store.kept(columns), store.nulls)
        stored = self._stored(session, wanted, shape)
        origin = Origin(environment, f"{here.database} {wanted}")
        rows = applied_rows(stored, framework, origin, shape)
        return replace(
            here,
            place=f"table {wanted} of {here.place}",
            rows=rows,
            shape=shape,
            notes=(*notes_on(len(stored) - len(rows)), *here.notes),
        )

    def _missing(self, here: VersionTable, wanted: TableName) -> DatabaseError:
        return DatabaseError(
            f"{here.database} has no table {wanted}",
            why="no migration has run in this database, or the table has another name",
            fix=f"check {self._words}, or name the table with --version-table NAME",
        )


def _unread(versions: VersionTable, error: StatementError) -> "Notebook":
    from analyzer.engines.shared.notes import notes_beside  # only where they are
    from analyzer.model.notes.note import Notebook

    return Notebook(f"table {notes_beside(versions.table)}", trouble=error.primary)
