"""Recorded renames as SQL that is right on any database, and changes nothing a second time."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from analyzer.model.plan import Provenance
from analyzer.model.text import visible
from analyzer.model.version_table import TableName
from analyzer.scripts.base import head
from analyzer.scripts.sql import begin, block, end, migration_lock, quoted

_OPENING: LiteralString = """\
BEGIN
  PERFORM set_config('migdoctor.changed', '0', false);
  IF to_regclass({name}) IS NULL THEN
    PERFORM set_config('migdoctor.result', {missing}, false);
  ELSE
    EXECUTE {lock};
  END IF;
END"""

_STEP: LiteralString = """\
DECLARE
  given bigint;
  gone bigint;
BEGIN
  IF to_regclass({name}) IS NULL THEN
    RETURN;
  END IF;
  UPDATE {table} SET version = {new}
   WHERE ctid = (SELECT ctid FROM {table} WHERE ltrim(version, '0') = {old} LIMIT 1)
     AND NOT EXISTS (SELECT 1 FROM {table} WHERE ltrim(version, '0') = {bare});
  GET DIAGNOSTICS given = ROW_COUNT;
  DELETE FROM {table} WHERE ltrim(version, '0') = {old};
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('migdoctor.changed',
    (current_setting('migdoctor.changed')::bigint + given + gone)::text, false);
END"""

_CLOSING: LiteralString = """\
BEGIN
  IF current_setting('migdoctor.result') = 'Nothing was changed.'
     AND current_setting('migdoctor.changed') <> '0' THEN
    PERFORM set_config('migdoctor.result',
      'Done: rows changed: ' || current_setting('migdoctor.changed') || '.', false);
  END IF;
END"""


def render_recorded(
    steps: Sequence[tuple[int, str, str]],
    table: TableName,
    provenance: Provenance,
    notes: Sequence[str],
    *,
    lock_timeout: str,
) -> str:
    """Write the SQL for psql, PostgreSQL 9.6 and later.

    Args: steps: the old version, the new one as files write it, and what the migration is.
    """
    title = (
        f"Gives rows of {visible(str(table))} the versions that recorded renames gave the files."
    )
    lines = [*head("--", title, provenance, notes)]
    lines += [
        "--",
        "-- Run it with: psql -v ON_ERROR_STOP=1 -f THIS_FILE",
        "-- Safe on any database of the application: a row that is as it should be, or is not",
        "-- there, stays so. All of it happens or nothing.",
        "",
        *_sections(steps, table, lock_timeout),
        "",
    ]
    return "\n".join(lines)


def _sections(
    steps: Sequence[tuple[int, str, str]], table: TableName, lock_timeout: str
) -> Iterator[str]:
    from psycopg import sql  # it takes 150 ms to import: only what writes SQL pays for it

    yield begin(lock_timeout)
    yield "\n-- Rails' migration lock, so that no deploy can begin a migration meanwhile."
    yield migration_lock()
    yield "\n-- Is there anything to mend? A new installation has no such table yet."
    name = sql.Literal(quoted(table).as_string(None))
    missing = sql.Literal(f"There is no table {visible(str(table))}: nothing was changed.")
    lock = sql.Literal(f"LOCK TABLE {quoted(table).as_string(None)} IN SHARE ROW EXCLUSIVE MODE")
    yield block(_OPENING, name=name, missing=missing, lock=lock)
    yield "\n-- Each rename: the old row gets the new version, or goes where the new one is there."
    for old, new, what in steps:
        yield f"-- {visible(what)}"
        yield block(
            _STEP, name=name, table=quoted(table), new=sql.Literal(new),
            old=sql.Literal(str(old)), bare=sql.Literal(str(int(new))),
        )  # fmt: skip
    yield block(_CLOSING)
    yield ""
    yield end()
