"""The parts of a rewrite's SQL file that are the same in each; names in braces are filled in."""

from typing import LiteralString

BEGIN: LiteralString = """\
SET migdoctor.result = 'Nothing was changed.';

BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL standard_conforming_strings = on;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL row_security = off;
SET LOCAL lock_timeout = {lock_timeout};"""  # sql_file.with_lock_timeout knows this line

DURABLE = """\
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    SET LOCAL synchronous_commit = on;
  END IF;
END"""

ADVISORY_LOCK: LiteralString = """\
DECLARE
  octets bytea := convert_to(current_database(), 'UTF8');
  crc bigint := 4294967295;
  key bigint;
  holder text;
BEGIN
  FOR position IN 0 .. octet_length(octets) - 1 LOOP
    crc := crc # get_byte(octets, position);
    FOR bit IN 1 .. 8 LOOP
      crc := (crc >> 1) # (crc & 1) * 3988292384;
    END LOOP;
  END LOOP;
  key := {salt} * (crc # 4294967295);
  IF NOT pg_try_advisory_xact_lock(key) THEN
    SELECT string_agg(format('process %s (%s)', held.pid, activity.application_name), ', ')
      INTO holder
      FROM pg_locks AS held LEFT JOIN pg_stat_activity AS activity ON activity.pid = held.pid
     WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND held.classid::bigint = key >> 32 AND held.objid::bigint = key & 4294967295;
    RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
      MESSAGE = 'a migration is running: Rails'' migration lock is held by '
        || coalesce(holder, 'a process that has just ended'),
      DETAIL = 'Nothing was changed.',
      HINT = 'Wait until the migration has ended, then run this file again. If none runs, a pooler '
        || 'has kept its lock: end that process with pg_terminate_backend.';
  END IF;
END"""

TABLE_LOCK: LiteralString = """\
BEGIN
  LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;
EXCEPTION WHEN lock_not_available THEN
  RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = {message},
    DETAIL = 'Nothing was changed.',
    HINT = 'Stop what is writing there (see pg_stat_activity and pg_prepared_xacts), or wait until '
      || 'it has ended, then run this file again.';
END"""

NO_CHILDREN: LiteralString = """\
DECLARE
  children text;
BEGIN
  SELECT string_agg(child.inhrelid::regclass::text, ', ' ORDER BY child.inhrelid) INTO children
    FROM pg_inherits AS child JOIN pg_class AS parent ON parent.oid = child.inhparent
   WHERE parent.oid = {named}::regclass AND parent.relkind = 'r';
  IF children IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = {table} || ' has tables that inherit from it: ' || children,
      DETAIL = 'Their rows count as its own, and could be changed in its place. '
        || 'Nothing was changed.',
      HINT = 'Part them with ALTER TABLE ... NO INHERIT, then run migdoctor again.';
  END IF;
END"""

CHECK: LiteralString = """\
DECLARE
  expected text[] := ARRAY[
{expected}
  ]::text[];
  added text;
  gone text;
BEGIN
  SELECT string_agg(extra.stored, ', ' ORDER BY extra.stored) INTO added FROM (
    SELECT version::text AS stored FROM {table}
    EXCEPT ALL SELECT unnest(expected)
  ) AS extra;
  SELECT string_agg(missing.stored, ', ' ORDER BY missing.stored) INTO gone FROM (
    SELECT unnest(expected) AS stored
    EXCEPT ALL SELECT version::text FROM {table}
  ) AS missing;
  IF added IS NOT NULL OR gone IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = {message},
      DETAIL = format('There, but not expected: %s. Expected, but not there: %s.',
        coalesce(added, 'none'), coalesce(gone, 'none')) || ' Nothing was changed.',
      HINT = {hint};
  END IF;
END"""

STEPS_BEGIN = """\
DECLARE
  changed text;
BEGIN"""

ONE_ROW: LiteralString = "RETURNING version INTO STRICT changed"

INTERFERENCE = (
    "Look for a trigger or a rule on the table, and disable it; then run this file again."
)
STEPS_END: LiteralString = """\
EXCEPTION
  WHEN no_data_found OR too_many_rows THEN
    RAISE EXCEPTION USING MESSAGE = 'a statement did not change exactly one row',
      DETAIL = 'Nothing was changed.', HINT = {hint};
  WHEN feature_not_supported THEN
    RAISE EXCEPTION USING MESSAGE = 'a rule on the table takes the place of a statement',
      DETAIL = 'PostgreSQL says: ' || SQLERRM || '. Nothing was changed.', HINT = {hint};
END"""

COMMIT: LiteralString = """\
SET migdoctor.result = {result};
COMMIT;

SELECT coalesce(current_setting('migdoctor.result', true), '') AS migdoctor;"""
