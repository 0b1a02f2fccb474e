"""Recorded renames as SQL that is right on any database, and changes nothing a second time."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from analyzer.engines.postgresql.scripts.rewrite_sql_text import (
    AFTERWARDS,
    INTERFERENCE,
    USE_PATH,
    USE_PIN,
)
from analyzer.engines.postgresql.scripts.sql_file import LOST, PSQL_LINES
from analyzer.engines.postgresql.scripts.sql_frame import (
    begin,
    block,
    commit,
    constraints,
    guard,
    look_again,
    migration_lock,
    place,
)
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.model.plans.plan import Provenance
from analyzer.model.plans.recorded_change import RecordedChange
from analyzer.model.plans.script_head import head
from analyzer.model.words.text import visible

_OPENING: LiteralString = """\
BEGIN
  PERFORM set_config('migdoctor.changed', '0', false);
  PERFORM set_config('migdoctor.gone', '0', false);
  {path}IF pg_catalog.to_regclass({named}) IS NOT NULL THEN
    LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;
  ELSE
    PERFORM pg_catalog.set_config('migdoctor.result', {missing}, false);
  END IF;{pin}
END"""

_COUNT: LiteralString = """\
BEGIN
  {path}IF pg_catalog.to_regclass({named}) IS NOT NULL THEN
    PERFORM pg_catalog.set_config('migdoctor.before',
      pg_catalog.array_length(ARRAY(SELECT version FROM {table}), 1)::pg_catalog.text, false);
  END IF;{pin}
END"""

_STEP: LiteralString = """\
DECLARE
  given pg_catalog.text;
  more pg_catalog.int8;
BEGIN
  {use_path}
  IF pg_catalog.to_regclass({named}) IS NULL THEN
    {use_pin}
    RETURN;
  END IF;
  UPDATE {table} SET version = {new}
   WHERE (tableoid, ctid) OPERATOR(pg_catalog.=) (SELECT tableoid, ctid FROM {table}
     WHERE pg_catalog.ltrim(version::pg_catalog.text, '0') OPERATOR(pg_catalog.=) {old} LIMIT 1)
     AND NOT EXISTS (SELECT FROM {table}
       WHERE pg_catalog.ltrim(version::pg_catalog.text, '0') OPERATOR(pg_catalog.=) {bare})
   RETURNING version INTO given;
  DELETE FROM {table}
   WHERE pg_catalog.ltrim(version::pg_catalog.text, '0') OPERATOR(pg_catalog.=) {old};
  GET DIAGNOSTICS more = ROW_COUNT;
  {use_pin}
  IF given <> {new} THEN
    RAISE EXCEPTION USING MESSAGE = 'a row did not get the version ' || {new},
      DETAIL = 'Nothing was changed.', HINT = {hint};
  END IF;
  PERFORM set_config('migdoctor.gone',
    (current_setting('migdoctor.gone')::bigint + more)::text, false);
  PERFORM set_config('migdoctor.changed', (current_setting('migdoctor.changed')::bigint + more
    + CASE WHEN given IS NULL THEN 0 ELSE 1 END)::text, false);
END"""

_CHECK: LiteralString = """\
DECLARE
  outdated text[] := ARRAY[
{outdated}
  ]::text[];
  stored text[];
  expected bigint := coalesce(nullif(current_setting('migdoctor.before', true), ''), '0')::bigint
    - coalesce(nullif(current_setting('migdoctor.gone', true), ''), '0')::bigint;
BEGIN
  {path}IF pg_catalog.to_regclass({named}) IS NULL THEN
    {pin}RETURN;
  END IF;
  stored := ARRAY(SELECT version::pg_catalog.text FROM {table});{pin}
  IF {when} AND ({wrong}
     OR EXISTS (SELECT FROM unnest(stored) AS one WHERE ltrim(one, '0') = ANY (outdated))) THEN
    RAISE EXCEPTION USING ERRCODE = {code}, MESSAGE = {message},
      DETAIL = format('There should be %s rows, and there are %s', expected,
        coalesce(array_length(stored, 1), 0)) || {end}, HINT = {hint};
  END IF;
END"""
_OTHERS: LiteralString = "coalesce(array_length(stored, 1), 0) <> expected"
_FEWER: LiteralString = "coalesce(array_length(stored, 1), 0) < expected"

_DONE: LiteralString = "current_setting('migdoctor.result', true) LIKE 'Done%'"

_CLOSING: LiteralString = """\
BEGIN
  IF current_setting('migdoctor.result') = 'Nothing was changed.'
     AND current_setting('migdoctor.changed') <> '0' THEN
    PERFORM set_config('migdoctor.result',
      'Done: rows changed: ' || current_setting('migdoctor.changed') || '.', false);
  END IF;
END"""


def render_recorded(
    steps: Sequence[RecordedChange],
    table: TableName,
    provenance: Provenance,
    notes: Sequence[str],
    *,
    lock_timeout: str,
    lock: MigrationLock | None = None,
) -> str:
    """Write the SQL for psql, PostgreSQL 9.6 and later."""
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
        *_sections(steps, table, lock_timeout, lock),
        "",
    ]
    return "\n".join(lines)


def _sections(
    steps: Sequence[RecordedChange],
    table: TableName,
    lock_timeout: str,
    lock: MigrationLock | None,
) -> Iterator[str]:
    from psycopg import sql  # it takes 150 ms to import: only what writes SQL pays for it

    yield PSQL_LINES + begin(lock_timeout)
    if lock is not None:
        yield migration_lock(lock)
    yield "\n-- Is there anything to repair? A new installation has no such table yet."
    missing = sql.Literal(f"There is no table {visible(str(table))}: nothing was changed.")
    yield block(_OPENING, missing=missing, **place(table))
    yield "\n-- Nothing may stand between the table and its rows."
    yield guard(table)
    yield block(_COUNT, **place(table))
    yield "\n-- Each rename: the old row gets the new version, or goes where the new one is there."
    for step in steps:
        yield f"-- {visible(step.what)}"
        yield block(
            _STEP,
            new=sql.Literal(step.new),
            old=sql.Literal(step.old),
            bare=sql.Literal(step.bare),
            hint=sql.Literal(INTERFERENCE),
            use_path=sql.SQL(USE_PATH),
            use_pin=sql.SQL(USE_PIN),
            **place(table),
        )
    yield constraints()
    yield "\n-- Are the rows now as they should be?"
    yield _check(steps, table, after=False)
    yield block(_CLOSING)
    yield ""
    yield commit()
    yield look_again(lock_timeout, _check(steps, table, after=True))


def _check(steps: Sequence[RecordedChange], table: TableName, *, after: bool) -> str:
    """Check that no old version is left, and that no other row is gone."""
    from psycopg import sql  # see above

    outdated = {step.old for step in steps} - {step.bare for step in steps}
    message = "lost rows at the COMMIT, or since" if after else "did not become as it should"
    return block(
        _CHECK,
        outdated=sql.SQL("    ") + sql.SQL(", ").join(map(sql.Literal, sorted(outdated))),
        when=sql.SQL(_DONE if after else "true"),
        wrong=sql.SQL(_FEWER if after else _OTHERS),
        code=sql.Literal(LOST if after else "raise_exception"),
        message=sql.Literal(f"{table} {message}"),
        end=sql.Literal("." if after else ". Nothing was changed."),
        hint=sql.Literal(AFTERWARDS if after else INTERFERENCE),
        **place(table),
    )
