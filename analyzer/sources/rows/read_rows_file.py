"""Applied versions from a file, for when there is no database to ask."""

from collections.abc import Sequence
from typing import BinaryIO

from analyzer import limits
from analyzer.engines.base import Engine
from analyzer.engines.ports.exports import DumpedTable, StoredVersions
from analyzer.engines.registry import USUAL, engine_of_script
from analyzer.errors import RowsError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.status import StatusOutput
from analyzer.model.core.origin import Origin
from analyzer.model.core.packed_rows import PackedRows
from analyzer.model.core.table_row import key_columns
from analyzer.model.core.version_table import AppliedRow, TableName, VersionTable
from analyzer.sources.files.buffered_reader import LOOKAHEAD, Window
from analyzer.sources.files.stored import StoredRows
from analyzer.sources.rows.applied import applied_row, notes_on
from analyzer.sources.rows.listing import numbered_lines, read_listing
from analyzer.sources.rows.open_rows_file import open_window
from analyzer.sources.rows.version_columns import as_option, check_columns


def read_rows(
    path: str,
    framework: Framework,
    table: TableName | None,
    environment: str = "default",
    stdin: BinaryIO | None = None,
) -> VersionTable:
    """Read applied rows from a file; doubles are kept, the order is the file's.

    Args:
        path: pg_dump text (gzip too), structure.sql, what psql or db:migrate:status prints, CSV,
            or one version per line; ``-`` for standard input.
        framework: whose version table it is.
        table: the version table in a dump; None for the framework's own.
        environment: the name under which reports speak of these rows.
        stdin: what to read for ``-``; None for the process's own.

    Raises:
        RowsError: the file cannot be read, or not as applied versions to the last one.
    """
    wanted = table or framework.usual_table
    with open_window(path, stdin) as window:
        reader = _Rows(window, framework, environment)
        head = window.peek(LOOKAHEAD).decode(errors="replace")
        first = next((line.strip() for line in head.splitlines() if line.strip()), "")
        engine = engine_of_script(first)
        if engine is not None:
            return reader.from_dump(wanted, engine)
        status = framework.status
        misplaced = None if status is None else status.misplaced(window.place, head)
        if misplaced is not None:
            raise misplaced
        if status is not None and any(status.is_line(line.strip()) for line in head.splitlines()):
            return reader.from_status(status, wanted)
        return reader.from_listing(wanted)


class _Rows:
    """Makes version tables of one open file."""

    def __init__(self, window: Window, framework: Framework, environment: str) -> None:
        self.window = window
        self.framework = framework
        self.environment = environment

    def from_dump(self, wanted: TableName, engine: Engine) -> VersionTable:
        dump = engine.exports.read_dump(self.window, wanted.name, self.framework.store)
        chosen = _choose(dump.tables, wanted, self.window.place, engine)
        where = f"{chosen.table} in {self.window.place}"
        check_columns(
            where,
            chosen.columns or key_columns(self.framework.store.version_column),
            self.framework,
            RowsError,
        )
        return self._table(
            chosen.table,
            chosen.rows,
            database=chosen.database,
            server_version=dump.server_version,
            written_by=engine.name if engine.name != USUAL or dump.server_version else None,
        )

    def from_status(self, status: StatusOutput, wanted: TableName) -> VersionTable:
        stored = StoredRows(self.window.place)
        told = status.read(self.window.place, numbered_lines(self.window), stored.add)
        return self._table(wanted, stored, database=told.database, notes=told.notes)

    def from_listing(self, wanted: TableName) -> VersionTable:
        listing = read_listing(self.window, self.framework)
        if listing.columns:
            check_columns(self.window.place, listing.columns, self.framework, RowsError)
        return self._table(wanted, listing.stored, notes=listing.notes)

    def _table(
        self,
        table: TableName,
        stored: StoredVersions,
        *,
        database: str | None = None,
        server_version: int | None = None,
        written_by: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> VersionTable:
        place = self.window.place
        rows = _rows(stored, self.framework, self.environment, place)
        return VersionTable(
            environment=self.environment,
            source="rows",
            place=place,
            table=table,
            rows=rows,
            database=database,
            server_version=server_version,
            notes=notes + notes_on(stored.missing),
            written_by=written_by,
        )


def _rows(
    stored: StoredVersions, framework: Framework, environment: str, place: str
) -> Sequence[AppliedRow]:
    """The rows but NULLs; where they are very many, each is made when it is looked at."""
    if len(stored) > limits.MANY_ROWS and not stored.missing:
        numbering = framework.numbering
        odd = {at: numbering.read(text or "") for at, text in stored.odd.items()}
        return PackedRows(
            environment, place, stored.numbers, stored.lines, odd, numbering.plain, stored.columns
        )
    return tuple(
        applied_row(one.text, framework, Origin(environment, place, one.line), one.columns)
        for one in stored
        if one.text is not None
    )


def _choose(
    tables: Sequence[DumpedTable], wanted: TableName, place: str, engine: Engine
) -> DumpedTable:
    """Pick the one table with rows in the dump that the name can mean."""
    named = [one for one in tables if wanted.schema in {None, one.table.schema}]
    if wanted.schema and not named:  # a script without schemas: the name must do
        named = [one for one in tables if one.table.schema is None]
    filled = [one for one in named if one.has_data]
    if len(filled) > 1:
        raise _several(filled, place, engine)
    if filled:
        return filled[0]
    raise _without_rows(named[0], place, engine) if named else _missing(tables, wanted, place)


def _several(filled: Sequence[DumpedTable], place: str, engine: Engine) -> RowsError:
    if len({one.database for one in filled}) > 1:
        names = " and ".join(f"{one.table} of database {one.database}" for one in filled)
        return RowsError(
            f"{place} holds {names}",
            why="it is a dump of several databases",
            fix=f"dump the one database with {engine.programs.dump}, and pass that",
        )
    options = " or ".join(as_option(one.table) for one in filled)
    return RowsError(
        f"{place} holds several version tables: {', '.join(str(one.table) for one in filled)}",
        why="each belongs to another application or tenant",
        fix=f"pass {options}",
    )


def _without_rows(table: DumpedTable, place: str, engine: Engine) -> RowsError:
    return RowsError(
        f"{place} holds the table {table.table}, but not its rows",
        why="it is a dump of the schema only, or the schema file of an empty database",
        fix=f"dump the rows: {engine.exports.rows_command(table.table.name)}",
    )


def _missing(tables: Sequence[DumpedTable], wanted: TableName, place: str) -> RowsError:
    if tables:
        others = " or ".join(as_option(one.table) for one in tables)
        return RowsError(
            f"{place} holds no table {wanted}",
            why="a table of that name is in another schema",
            fix=f"pass {others}",
        )
    return RowsError(
        f"{place} holds no table {wanted}",
        why="it is a dump of another database, or was made without this table",
        fix="dump the database of the application, or name the table with "
        "--version-table SCHEMA.NAME",
    )
