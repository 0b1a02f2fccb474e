"""Notes beside a version table, as they are read where no role owns a table."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from analyzer import limits
from analyzer.engines.sessions import Session
from analyzer.errors import ConnectionLostError, DatabaseError, StatementError
from analyzer.model.core.version_table import NOTES_TABLE, TableName, VersionTable
from analyzer.model.notes.note import Anchor, Notebook, NotesHome, RunNote
from analyzer.records import Struct, replace

ANCHORED = "Kept by migdoctor record; how many notes, and the last seal: "
"""What stands before both in the table's comment."""
MEANWHILE = ("somebody else noted something meanwhile", "Run the same command again.")
"""What a file says where the last note is not the one that was read, and what to do."""
NOT_OURS = (
    f"{NOTES_TABLE} is gone, or not as migdoctor makes it",
    "Rename a table of this name that is not ours, drop triggers on it, then run this again.",
)
"""What it says where the table is not ours."""
_SPARED = "/~@:+,="  # characters of a name that need no other form


class Look(Struct, frozen=True):
    """What the catalogue says of a table of notes.

    ``trouble`` says why nothing of it is read; empty where it is as we make it.
    """

    there: bool
    trouble: str = ""
    anchor: Anchor | None = None


class NotesReading:
    """Reads notes, by what the engine alone knows."""

    def __init__(
        self,
        look: Callable[[Any, TableName], Look],
        stored: Callable[[Any, TableName], Sequence[Sequence[str | None]]],
        busy: Callable[[StatementError], bool],
    ) -> None:
        """Take what the engine knows.

        Args:
            look: what the catalogue says of a table.
            stored: all notes of it, one more than is allowed; each with its columns as texts.
            busy: whether an error says that another session holds a lock.
        """
        self._look, self._stored, self._busy = look, stored, busy

    def read(self, session: Session, versions: VersionTable, home: str, hindrance: str) -> Notebook:
        """Read the notes about a version table, in a transaction that reads.

        Notes that cannot be read say so; it is no error.

        Args:
            versions: what was read of that table.
            home: the database's own name.
            hindrance: why nothing can be noted there; empty where it can.

        Raises:
            ConnectionLostError: the connection broke.
        """
        beside = notes_beside(versions.table)
        book = Notebook(
            f"table {beside} of database {versions.database} {session.way}",
            home=home_of(versions.table, home),
            hindrance=hindrance,
        )
        try:
            return self._read(session, book, beside)
        except ConnectionLostError:
            raise
        except StatementError as error:
            return replace(book, trouble=error.primary, locked=self._busy(error))
        except DatabaseError as error:
            return replace(book, trouble=error.what)

    def _read(self, session: Session, book: Notebook, beside: TableName) -> Notebook:
        look = self._look(session, beside)
        if not look.there:
            return replace(book, there=False)
        if look.trouble:
            return replace(book, trouble=look.trouble, hindrance=book.hindrance or look.trouble)
        notes = tuple(_note(one) for one in self._stored(session, beside))
        if len(notes) > limits.DATABASE_ROWS.most:
            raise limits.DATABASE_ROWS.exceeded(DatabaseError, book.place)
        return replace(book, notes=notes, anchor=look.anchor)


def notes_beside(table: TableName) -> TableName:
    """Where the notes about a version table lie."""
    return TableName(NOTES_TABLE, table.schema)


def home_of(table: TableName, database: str) -> NotesHome:
    """What notes about a version table are about: no number tells such a database from a copy."""
    return NotesHome(table.name, quote(table.schema or database, safe=_SPARED))


def read_anchor(comment: str | None) -> Anchor | None:
    """Read what a table's comment says, in the form of `anchored`."""
    words = (comment or "").split()
    if len(words) < 2 or not words[-2].isdecimal():  # noqa: PLR2004  how many, and a seal
        return None
    return Anchor(int(words[-2]), words[-1])


def anchored(anchor: Anchor) -> str:
    """Write a table's comment."""
    return f"{ANCHORED}{anchor.count} {anchor.seal}"


def _note(values: Sequence[str | None]) -> RunNote:
    number, version, path, sha256, commit, *told = values
    kind, moment, account, previous, seal = (it or "" for it in told)
    return RunNote(
        int(number or 0),
        version or "",
        path,
        sha256,
        commit,
        kind,
        moment,
        account,
        previous,
        seal,
    )
