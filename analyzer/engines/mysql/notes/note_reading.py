"""Reading the notes beside a version table, where they are a table as we make it."""

from analyzer import limits
from analyzer.engines.mysql.access.failures import BUSY
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.access.version_table import place_of, quoted, text_of
from analyzer.engines.mysql.words import identifier, literal
from analyzer.engines.shared.notes import Look, NotesReading, read_anchor
from analyzer.errors import StatementError
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.notes.note import COLUMNS, Notebook

_TYPES = "bigint text text text text text datetime text text text"
_MARK = "="  # before each text, so that one which reads NULL is told from none
_TRANSACTIONAL = "InnoDB"
_READ_ONLY = "the server is read-only: it is a replica, or its administrator has set read_only"


def notes_in(session: MysqlSession, versions: VersionTable) -> Notebook:
    """Read the notes about a version table, in a transaction that reads.

    Raises:
        ConnectionLostError: the connection broke.
    """
    (told,) = session.rows("SELECT DATABASE() AS name, @@read_only AS standby")
    hindrance = _READ_ONLY if str(told["standby"]) in {"1", "ON"} else ""
    return _NOTES.read(session, versions, str(told["name"]), hindrance)


def _look(session: MysqlSession, beside: TableName) -> Look:
    found = session.rows(
        "SELECT table_type AS kind, COALESCE(engine, '-') AS engine, table_comment AS comment "  # noqa: S608  quoted
        f"FROM information_schema.tables WHERE {place_of(beside)}"
    )
    if not found:
        return Look(there=False)
    (table,) = found
    if str(table["kind"]) != "BASE TABLE" or str(table["engine"]) != _TRANSACTIONAL:
        return Look(there=True, trouble="it is not an ordinary table of InnoDB's")
    parts = session.rows(
        "SELECT column_name AS name, data_type AS type FROM information_schema.columns "  # noqa: S608  quoted
        f"WHERE {place_of(beside)} ORDER BY ordinal_position"
    )
    names, types = (" ".join(str(it[key]) for it in parts) for key in ("name", "type"))
    if (names, types) != (" ".join(COLUMNS), _TYPES):
        return Look(there=True, trouble="its columns are not those that migdoctor makes")
    if session.column(
        "SELECT trigger_name AS name FROM information_schema.triggers WHERE "  # noqa: S608  quoted
        + place_of(beside, ("event_object_schema", "event_object_table"))
    ):
        return Look(there=True, trouble="a trigger on it may change what is noted")
    return Look(there=True, anchor=read_anchor(str(table["comment"] or "")))


def _stored(session: MysqlSession, beside: TableName) -> list[list[str | None]]:
    texts = (
        f"CONCAT({literal(_MARK)}, {_text(name)}) AS c{place}" for place, name in enumerate(COLUMNS)
    )
    found = session.rows(
        f"SELECT {', '.join(texts)} FROM {quoted(beside)} ORDER BY number "  # noqa: S608  quoted
        f"LIMIT {limits.DATABASE_ROWS.most + 1}"
    )
    return [
        [None if it is None else str(it).removeprefix(_MARK) for it in row.values()]
        for row in found
    ]


def _text(name: str) -> str:
    if name == "recorded_at":
        return "DATE_FORMAT(recorded_at, '%Y-%m-%dT%H:%i:%s.%fZ')"  # it is kept in UTC
    return "number" if name == "number" else text_of(identifier(name))


def _is_busy(error: StatementError) -> bool:
    return error.sqlstate in map(str, BUSY)


_NOTES = NotesReading(_look, _stored, _is_busy)
