"""SQL that appends notes: sealed by the server, in whatever transaction it stands in."""

from collections.abc import Sequence
from typing import LiteralString

from analyzer.engines.postgresql.scripts import rewrite_sql_text as sql_text
from analyzer.engines.postgresql.scripts.sql_audit import demand_own
from analyzer.engines.postgresql.scripts.sql_file import PSQL_LINES
from analyzer.engines.postgresql.scripts.sql_frame import anonymous, begin, block, composed, quoted
from analyzer.engines.shared.notes import notes_beside
from analyzer.model.core.version_table import NOTES_TABLE, TableName
from analyzer.model.notes.note import MadeNotes, NewNote, Notebook
from analyzer.model.words.wording import count

_TABLE: LiteralString = """\
SET LOCAL client_min_messages = warning;
CREATE TABLE IF NOT EXISTS {notes} (
  number bigint PRIMARY KEY,
  version text NOT NULL,
  path text,
  sha256 text,
  commit_id text,
  kind text NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  recorded_by text NOT NULL,
  previous text NOT NULL,
  seal text NOT NULL
);"""

# Two that append at once go one after the other: the lock's key is the table's own, and asks for no
# right on it. A digest like the one in analysis/notes/seals.py.
_APPEND: LiteralString = """\
DECLARE
  one record;
  reached bigint;
  reached_seal text;
  moment text := to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  who text := coalesce(nullif(current_setting('migdoctor.who', true), ''), session_user) || {by};
  before text;
  digest text;
BEGIN
  PERFORM pg_advisory_xact_lock(7811881058508472320
    + {named}::regclass::oid::bigint);
  SELECT n.number, n.seal INTO reached, reached_seal FROM {notes} AS n
   ORDER BY n.number DESC LIMIT 1;
  IF {checked} AND reached_seal IS DISTINCT FROM {expected} THEN
    RAISE EXCEPTION USING MESSAGE = 'somebody else noted something meanwhile',
      DETAIL = 'Nothing was changed.', HINT = 'Run the same command again.';
  END IF;
  FOR one IN SELECT * FROM (VALUES
{lines}
  ) AS v (place, version, path, sha256, commit_id, kind) ORDER BY v.place LOOP
    reached := coalesce(reached, 0) + 1;
    before := CASE WHEN one.place = 1 THEN coalesce({beginning}, reached_seal)
      ELSE reached_seal END;
    SELECT string_agg(coalesce(octet_length(convert_to(f.part, 'UTF8'))::text || ':' || f.part,
        '-'), ',' ORDER BY f.at) INTO digest
      FROM unnest(ARRAY[reached::text, one.version, one.path, one.sha256, one.commit_id, one.kind,
        moment, who, before]) WITH ORDINALITY AS f (part, at);
    reached_seal := encode(sha256(convert_to(digest, 'UTF8')), 'hex');
    INSERT INTO {notes} VALUES (reached, one.version, one.path, one.sha256, one.commit_id,
      one.kind, now(), who, before, reached_seal);
  END LOOP;
  BEGIN
    EXECUTE format('COMMENT ON TABLE %s IS %L', {named},
      'Kept by migdoctor record; how many notes, and the last seal: ' || reached || ' '
      || reached_seal);
  EXCEPTION WHEN insufficient_privilege THEN
    NULL;  -- the table is somebody else's: what cuts notes off at the end goes unseen
  END;
END"""


def render_notes(
    notes: Sequence[NewNote], table: TableName, notebook: Notebook, *, anew: bool, lock_timeout: str
) -> str:
    """Write an SQL file that appends notes, and makes their table where it is not there.

    Args:
        notes: at least one.
        table: the version table, with its schema.
        notebook: what was read; the file stops where the last note is another one by now.
        anew: whether they begin a chain.
        lock_timeout: how long to wait, as PostgreSQL writes durations.
    """
    from psycopg import sql  # 150 ms: only what writes SQL pays for it

    done = f"Noted {count(len(notes), 'version')} in {notes_beside(table)}."
    append = _append(notes, table, _beginning(notebook) if anew else None, expect=notebook)
    return "\n".join(
        [
            "-- Notes what ran: made by migdoctor record.",
            PSQL_LINES + begin(lock_timeout),
            anonymous(sql_text.DURABLE),
            composed(_TABLE, notes=quoted(notes_beside(table))),
            _demand_own(table),
            append,
            composed(sql_text.COMMIT, result=sql.Literal(done)),
            sql_text.ANSWER.strip(),
            "",
        ]
    )


def render_note_block(made: MadeNotes, table: TableName) -> str:
    """Write the statements that append notes about changed rows to a table that is there."""
    return f"{_demand_own(table)}\n{_append(made.notes, table, None, by=f' ({made.by})')}"


def _beginning(notebook: Notebook) -> str:
    assert notebook.home is not None  # noqa: S101  it was read in a database
    return notebook.home.beginning


def _demand_own(table: TableName) -> str:
    return demand_own(NOTES_TABLE, notes_beside(table), table)


def _append(
    notes: Sequence[NewNote],
    table: TableName,
    beginning: str | None,
    *,
    expect: Notebook | None = None,
    by: str = "",
) -> str:
    from psycopg import sql  # see above

    beside = quoted(notes_beside(table))
    lines = [
        sql.SQL("    ({}, {}::text, {}::text, {}::text, {}::text, {}::text)").format(
            sql.Literal(place),
            *map(sql.Literal, (it.version, it.path, it.sha256, it.commit_id, str(it.kind))),
        )
        for place, it in enumerate(notes, 1)
    ]
    return block(
        _APPEND,
        notes=beside,
        named=sql.Literal(beside.as_string(None)),
        by=sql.Literal(by),
        checked=sql.Literal(expect is not None),
        expected=sql.Literal(None if expect is None else expect.last_seal),
        beginning=sql.Literal(beginning),
        lines=sql.SQL(",\n").join(lines),
    )
