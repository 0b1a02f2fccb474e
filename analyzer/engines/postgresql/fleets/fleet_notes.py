"""The notes beside the version tables of many schemas: some in a statement, as their rows are."""

from collections.abc import Callable, Iterator, Sequence

from analyzer.engines.postgresql.access.session import PostgresSession
from analyzer.engines.postgresql.notes.note_reading import NotesWait, notes_in_each, unread_notes
from analyzer.errors import ConnectionLostError, DatabaseError
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import Notebook

AT_ONCE = 25  # tables, each with its index


def notes_of(
    session: PostgresSession,
    tables: Sequence[TableName],
    begin: Callable[[], None],
    wait: NotesWait,
) -> Iterator[Notebook]:
    """Read the notes about version tables, in the order of the tables.

    Args:
        begin: begins a transaction, in which the locks of the one before are free again.
        wait: of the whole run.
    """
    for start in range(0, len(tables), AT_ONCE):
        batch = tables[start : start + AT_ONCE]
        yield from _read(session, batch, begin, wait)


def _read(
    session: PostgresSession,
    tables: Sequence[TableName],
    begin: Callable[[], None],
    wait: NotesWait,
) -> list[Notebook]:
    """Read some at once; where that fails, each on its own, so that one is in nobody's way."""
    begin()
    try:
        return list(notes_in_each(session, tables, wait))
    except ConnectionLostError:
        raise
    except DatabaseError as error:
        if not tables[1:]:
            return [unread_notes(tables[0], error)]
    return [notebook for table in tables for notebook in _read(session, [table], begin, wait)]
