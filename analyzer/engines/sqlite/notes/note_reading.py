"""Reading the notes beside a version table, where they are a table as we make it."""

from analyzer import limits
from analyzer.engines.shared.notes import Look, NotesReading
from analyzer.engines.sqlite.access.failures import BUSY
from analyzer.engines.sqlite.access.gateway import SqliteGateway
from analyzer.engines.sqlite.access.session import SqliteSession
from analyzer.engines.sqlite.access.version_table import file_of, may_write
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.errors import StatementError
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.notes.note import COLUMNS, Anchor, Notebook

TYPES = ("INTEGER", *("TEXT" for _ in COLUMNS[1:]))
_READ_ONLY = (
    "the file, or the folder around it, in which SQLite keeps its journal, is read-only for this "
    "account; or the address says so (mode=ro)"
)


def notes_in(session: SqliteSession, gateway: SqliteGateway, versions: VersionTable) -> Notebook:
    """Read the notes about a version table, in a transaction that reads.

    Raises:
        ConnectionLostError: the client behind the prefix is gone.
    """
    path = file_of(session) or gateway.address.path
    return _NOTES.read(session, versions, path, "" if may_write(gateway, path) else _READ_ONLY)


def _look(session: SqliteSession, beside: TableName) -> Look:
    named = f"lower(tbl_name) = {literal(beside.name)}"
    found = session.rows(f"SELECT type, name, sql FROM sqlite_master WHERE {named}")  # noqa: S608  quoted
    own = [it for it in found if str(it["name"]).lower() == beside.name]
    if not own:
        return Look(there=False)
    if own[0]["type"] != "table" or not str(own[0]["sql"]).upper().startswith("CREATE TABLE"):
        return Look(there=True, trouble="it is not an ordinary table")
    parts = session.rows(
        f"SELECT name, type, hidden FROM pragma_table_xinfo({literal(beside.name)}) ORDER BY cid"  # noqa: S608  quoted
    )
    made = [(name, kind, 0) for name, kind in zip(COLUMNS, TYPES, strict=True)]
    if [(it["name"], it["type"], it["hidden"]) for it in parts] != made:
        return Look(there=True, trouble="its columns are not those that migdoctor makes")
    if any(it["type"] == "trigger" for it in found):
        return Look(there=True, trouble="a trigger on it may change what is noted")
    return Look(there=True, anchor=_anchor(session, beside))


def _anchor(session: SqliteSession, beside: TableName) -> Anchor | None:
    """How many notes SQLite itself knows to have been there."""
    if not session.rows("SELECT 1 AS one FROM sqlite_master WHERE name = 'sqlite_sequence'"):
        return None
    known = session.column(f"SELECT seq FROM sqlite_sequence WHERE name = {literal(beside.name)}")  # noqa: S608  quoted
    return Anchor(int(known[0])) if known and str(known[0]).isdecimal() else None


def _stored(session: SqliteSession, beside: TableName) -> list[list[str | None]]:
    texts = ", ".join(f"CAST({identifier(name)} AS TEXT) AS {name}" for name in COLUMNS)
    found = session.rows(
        f"SELECT {texts} FROM {identifier('main', beside.name)} ORDER BY {identifier(beside.name)}"  # noqa: S608  quoted
        f".number LIMIT {limits.DATABASE_ROWS.most + 1}"
    )
    return [[None if it is None else str(it) for it in row.values()] for row in found]


def _is_busy(error: StatementError) -> bool:
    return error.sqlstate == BUSY


_NOTES = NotesReading(_look, _stored, _is_busy)
