"""Reading the notes beside a version table, where they are a table that is safe to read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from analyzer import limits
from analyzer.engines.postgresql.access.pinned_settings import KEPT_SCHEMAS
from analyzer.engines.postgresql.access.session import PostgresSession
from analyzer.engines.postgresql.access.table_guard import FOREIGN_PARTS, IDENTIFIER, PLANNED
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Question
from analyzer.engines.shared.notes import notes_beside, read_anchor
from analyzer.errors import DatabaseError, StatementError
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import COLUMNS, Notebook, NotesHome, RunNote
from analyzer.records import replace

_LOCKED = "55P03"  # SQLSTATE
_PATIENCE, _IMPATIENCE = "2s", "5ms"
SEALING = 110_000  # the server's version that has sha256()
_TYPES = "bigint text text text text text timestamp with time zone text text text"
# what another role put there must not run with the rights of whoever reads
_LOOK = """
SELECT pg_catalog.json_build_object(
  'oid', (SELECT d.oid::bigint FROM pg_catalog.pg_database d
          WHERE d.datname = pg_catalog.current_database()),
  'database', pg_catalog.current_database(),
  'role', current_user,
  'version', pg_catalog.current_setting('server_version_num')::int,
  'standby', pg_catalog.pg_is_in_recovery(),
  'create', (SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      AND pg_catalog.has_schema_privilege(n.oid, 'CREATE')
    FROM pg_catalog.pg_namespace n WHERE n.nspname = {schema}),
  'table', (SELECT pg_catalog.json_build_object(
      'plain', c.relkind = 'r' AND FOREIGN_ IS NULL AND PLANNED_ IS NULL,
      'owner', (SELECT o.rolname FROM pg_catalog.pg_roles o
        WHERE o.oid = c.relowner AND NOT o.rolsuper AND o.rolname <> current_user
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_class t
            WHERE t.relnamespace = n.oid AND t.relname = {beside} AND t.relowner = o.oid)),
      'readable', pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
        AND NOT pg_catalog.row_security_active(c.oid),
      'insert', pg_catalog.has_table_privilege(c.oid, 'INSERT'),
      'columns', (SELECT pg_catalog.string_agg(a.attname, ' ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
      'types', (SELECT pg_catalog.string_agg(
          pg_catalog.format_type(a.atttypid, NULL), ' ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
      'comment', pg_catalog.obj_description(c.oid, 'pg_class'))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = {schema} AND c.relname = {name}))"""
_GUARDED = _LOOK.replace("FOREIGN_", FOREIGN_PARTS).replace("PLANNED_", PLANNED)
_FIRST_SCHEMA = f"""
SELECT pg_catalog.to_json(s.name) FROM pg_catalog.unnest(
  pg_catalog.current_setting('{KEPT_SCHEMAS}')::name[]) WITH ORDINALITY AS s(name, place)
WHERE s.name !~ '^pg_' ORDER BY s.place LIMIT 1"""  # noqa: S608  ours
_MOMENT = 'pg_catalog.to_char(recorded_at, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')'  # in UTC: pinned
_ROWS = (
    "SELECT coalesce(pg_catalog.json_agg(q.one), '[]') FROM (SELECT "
    "pg_catalog.json_build_array({columns}) AS one FROM {table} ORDER BY number LIMIT {most}) AS q"
)


class NotesWait:
    """How long a run waits for notes that another session locks: once, and shortly.

    Who holds those of one tenant for longer often holds those of its neighbours too.
    """

    def __init__(self) -> None:
        self._tried = False

    def begin(self, session: PostgresSession) -> None:
        """Let the transaction that is open wait as long as is due."""
        longest = _IMPATIENCE if self._tried else _PATIENCE
        session.run(f"SET LOCAL lock_timeout = '{longest}'")

    def ended(self, error: DatabaseError) -> None:
        """Take note of why notes were not read."""
        self._tried = self._tried or _is_locked(error)


def _is_locked(error: DatabaseError) -> bool:
    return isinstance(error, StatementError) and error.sqlstate == _LOCKED


def first_schema(session: PostgresSession) -> str | None:
    """The schema in which the user's own statements make a table; None where there is none."""
    found: str | None = session.ask(_FIRST_SCHEMA)
    return found


def notes_in(session: PostgresSession, table: TableName, wait: NotesWait) -> Notebook:
    """Read the notes about a version table, in a transaction that reads.

    Args: table: the version table, with its schema. wait: of the whole run.

    Raises:
        StatementError: the server refuses, as while somebody locks them.
        DatabaseError: there are too many.
    """
    (notebook,) = notes_in_each(session, [table], wait)
    return notebook


def notes_in_each(
    session: PostgresSession, tables: Sequence[TableName], wait: NotesWait
) -> Iterator[Notebook]:
    """Read the notes about some version tables of one database. Arguments, errors: `notes_in`."""
    wait.begin(session)
    try:
        yield from _notes_in_each(session, tables)
    except DatabaseError as error:
        wait.ended(error)
        raise


def _notes_in_each(session: PostgresSession, tables: Sequence[TableName]) -> Iterator[Notebook]:
    told = session.ask(_array(_look_query(table) for table in tables))
    (system,) = session.put(Question(IDENTIFIER, each=True))
    found = [_found(session, one, table, system) for table, one in zip(tables, told, strict=True)]
    asked = [
        _rows_query(notes_beside(table))
        for table, one in zip(tables, found, strict=True)
        if one.there and not one.trouble
    ]
    rows = iter(session.ask(_array(asked)) if asked else ())
    for notebook in found:
        if not notebook.there or notebook.trouble:
            yield notebook
            continue
        notes = tuple(RunNote(*one) for one in next(rows))
        if len(notes) > limits.DATABASE_ROWS.most:
            raise limits.DATABASE_ROWS.exceeded(DatabaseError, notebook.place)
        yield replace(notebook, notes=notes)


def unread_notes(table: TableName, error: DatabaseError) -> Notebook:
    """What stands for the notes about a version table that could not be read."""
    place = f"table {notes_beside(table)}"
    if isinstance(error, StatementError):
        return Notebook(place, trouble=error.primary, locked=_is_locked(error))
    return Notebook(place, trouble=error.what)


def _look_query(table: TableName) -> str:
    beside = notes_beside(table)
    names = {"schema": beside.schema, "name": beside.name, "beside": table.name}
    return _GUARDED.format(**{name: literal(text) for name, text in names.items()})


def _array(queries: Iterable[str]) -> str:
    return f"SELECT pg_catalog.json_build_array({', '.join(f'({it})' for it in queries)})"


def _found(
    session: PostgresSession, told: dict[str, Any], table: TableName, system: str | None
) -> Notebook:
    """What the catalogue says of a table of notes; without the notes."""
    beside, found = notes_beside(table), told["table"]
    home = NotesHome(str(table), system, told["oid"])
    place = f"table {beside} of database {told['database']} {session.way}"
    hindrance = _hindrance(told, beside)
    if found is None:
        return Notebook(place, home=home, there=False, hindrance=hindrance)
    trouble = _trouble(found)
    if trouble:
        return Notebook(place, home=home, trouble=trouble, hindrance=hindrance or trouble)
    return Notebook(place, home=home, anchor=read_anchor(found["comment"]), hindrance=hindrance)


def _rows_query(beside: TableName) -> str:
    columns = (_MOMENT if name == "recorded_at" else name for name in COLUMNS)
    return _ROWS.format(
        columns=", ".join(columns),
        table=identifier(*filter(None, (beside.schema, beside.name))),
        most=limits.DATABASE_ROWS.most + 1,
    )


def _trouble(found: dict[str, Any]) -> str:
    if not found["plain"]:
        return "it is not an ordinary table, or calls what another role wrote"
    if (found["columns"], found["types"]) != (" ".join(COLUMNS), _TYPES):
        return "its columns are not those that migdoctor makes"
    if found["owner"] is not None:  # anybody who may create there could forge notes
        return f"it belongs to {found['owner']}, who does not keep the version table"
    return "" if found["readable"] else "this user may not read it"


def _hindrance(told: dict[str, Any], beside: TableName) -> str:
    """Why nothing can be noted there; empty where it can."""
    if told["standby"]:
        return "the server is a standby, which cannot be changed"
    if told["version"] < SEALING:
        return "a server older than PostgreSQL 11 cannot seal notes"
    if told["table"] is None:
        missing = "" if told["create"] else f"CREATE ON SCHEMA {beside.schema}"
    else:
        missing = "" if told["table"]["insert"] else f"INSERT ON {beside}"
    return f"user {told['role']} lacks a privilege: {missing}" if missing else ""
