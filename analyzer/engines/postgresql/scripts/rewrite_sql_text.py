"""The parts of a rewrite's SQL file that are the same in each; names in braces are filled in."""

from typing import LiteralString

from analyzer.engines.postgresql.access.pinned_settings import (
    KEEP_AND_PIN,
    USE_KEPT_PATH,
    USE_PINNED_PATH,
)
from analyzer.engines.postgresql.access.table_guard import (
    CHILDREN,
    FOREIGN_PARTS,
    FOREIGN_TYPE,
    PLANNED,
    RULES,
    TRIGGERS,
)

_SETTINGS: LiteralString = """\
SET LOCAL standard_conforming_strings = on;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL TimeZone = 'UTC';
SET LOCAL extra_float_digits = 3;
SET LOCAL bytea_output = 'hex';
SET LOCAL row_security = off;
SET LOCAL constraint_exclusion = off;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL lock_timeout = {lock_timeout};

-- An operator or a function that somebody planted on the search path must not be taken for
-- PostgreSQL's own: from here on only pg_catalog is searched.
"""  # sql_file.with_lock_timeout knows the line of the lock

BEGIN: LiteralString = (
    """\
SET migdoctor.result = 'Nothing was changed.';

BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
"""
    + _SETTINGS
    + KEEP_AND_PIN
)

LOOK_AGAIN: LiteralString = (
    """\
-- What ran at the COMMIT itself had the last word: are the rows still there?
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;
"""
    + _SETTINGS
    + KEEP_AND_PIN
)

# In a block these two stand around what must find a name, or what triggers call, on the user's own
# path. In between, all that is named has its schema, operators too.
USE_PATH: LiteralString = f"PERFORM {USE_KEPT_PATH};"
USE_PIN: LiteralString = f"PERFORM {USE_PINNED_PATH};"

DURABLE = """\
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    SET LOCAL synchronous_commit = on;
  END IF;
END"""

ADVISORY_LOCK: LiteralString = """\
DECLARE
  octets bytea := {before}convert_to(current_database(), 'UTF8');
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
  key := {salt} * (crc # 4294967295){constant}{bits};
  IF NOT pg_try_advisory_xact_lock(key) THEN
    SELECT string_agg(format('process %s (%s)', held.pid, activity.application_name), ', ')
      INTO holder
      FROM pg_locks AS held LEFT JOIN pg_stat_activity AS activity ON activity.pid = held.pid
     WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND held.classid::bigint = key >> 32 AND held.objid::bigint = key & 4294967295;
    RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
      MESSAGE = {held}
        || coalesce(holder, 'a process that has just ended'),
      DETAIL = 'Nothing was changed.',
      HINT = 'Wait until the migration has ended, then run this file again. If none runs, a pooler '
        || 'has kept its lock: end that process with pg_terminate_backend.';
  END IF;
END"""

TABLE_LOCK: LiteralString = """\
BEGIN
  {path}LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;{pin}
EXCEPTION WHEN lock_not_available THEN
  RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = {message},
    DETAIL = 'Nothing was changed.',
    HINT = 'Stop what is writing there (see pg_stat_activity and pg_prepared_xacts), or wait until '
      || 'it has ended, then run this file again.';
END"""

GUARD: LiteralString = (  # the parts are ours
    """\
DECLARE
  place oid;
  kind "char";
  children text;
  elsewhere text;
  rules text;
  strange text;
  called text;
BEGIN
  {path}place := pg_catalog.to_regclass({named})::pg_catalog.oid;{pin}
  SELECT CASE WHEN c.relpersistence = 't' THEN 't' ELSE c.relkind END, """  # noqa: S608  the parts are ours
    + CHILDREN
    + ", "
    + FOREIGN_PARTS
    + ", "
    + RULES
    + ", "
    + FOREIGN_TYPE
    + ", "
    + PLANNED
    + """
    INTO kind, children, elsewhere, rules, strange, called
    FROM pg_class AS c WHERE c.oid = place;
  IF kind NOT IN ('r', 'p') THEN
    RAISE EXCEPTION USING MESSAGE = {table} || ' is not an ordinary table, but a view or the like',
      DETAIL = 'What stands behind it is not known. Nothing was changed.',
      HINT = 'Name the table itself: migdoctor rewrite --version-table SCHEMA.NAME';
  END IF;
  IF elsewhere IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = {table} || ' has rows in foreign tables: ' || elsewhere,
      DETAIL = 'What happens to them is up to another server. Nothing was changed.',
      HINT = 'Detach them with ALTER TABLE ... DETACH PARTITION, then run migdoctor again.';
  END IF;
  IF children IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = {table} || ' has tables that inherit from it: ' || children,
      DETAIL = 'Their rows count as its own, and could be changed in its place. '
        || 'Nothing was changed.',
      HINT = 'Detach them with ALTER TABLE ... NO INHERIT, then run migdoctor again.';
  END IF;
  IF rules IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = {table} || ' has rules: ' || rules,
      DETAIL = 'A rule takes the place of a statement, or adds others to it. '
        || 'Nothing was changed.',
      HINT = 'Drop them, or disable them with ALTER TABLE ... DISABLE RULE for the repair; '
        || 'then run this file again.';
  END IF;
  IF called IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'an index of ' || {table} || ' calls ' || called,
      DETAIL = 'The function is another role''s, and would run with your rights. '
        || 'Nothing was changed.',
      HINT = 'Drop that index, or run this file as the function''s owner.';
  END IF;
  IF strange IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE =
        'the column version of ' || {table} || ' is of type ' || strange,
      DETAIL = 'To read it may call functions of that type''s owner. Nothing was changed.',
      HINT = 'ALTER TABLE ... ALTER COLUMN version TYPE character varying, '
        || 'then run migdoctor again.';
  END IF;
END"""
)

CHECK: LiteralString = (
    """\
DECLARE
  expected text[] := ARRAY[
{expected}
  ]::text[];
  stored text[];
  added text;
  gone text;
  triggers text;
  place oid;
BEGIN
  {path}stored := ARRAY(SELECT {row} FROM {table});{pin}
  SELECT string_agg(extra.one, ', ' ORDER BY extra.one) INTO added FROM (
    SELECT unnest(stored) AS one EXCEPT ALL SELECT unnest(expected)
  ) AS extra;
  SELECT string_agg(missing.one, ', ' ORDER BY missing.one) INTO gone FROM (
    SELECT unnest(expected) AS one EXCEPT ALL SELECT unnest(stored)
  ) AS missing;
  IF {wrong} THEN
    {path}place := pg_catalog.to_regclass({named})::pg_catalog.oid;{pin}
    SELECT """  # noqa: S608  the parts are ours
    + TRIGGERS
    + """ INTO triggers FROM pg_class AS c WHERE c.oid = place;
    RAISE EXCEPTION USING ERRCODE = {code}, MESSAGE = {message},
      DETAIL = format('There, but not expected: %s. Expected, but not there: %s.',
        coalesce(added, 'none'), coalesce(gone, 'none')) || {end},
      HINT = {hint} || coalesce(' Triggers on the table: ' || triggers || '.', '');
  END IF;
END"""
)
CHANGED: LiteralString = "added IS NOT NULL OR gone IS NOT NULL"
GONE: LiteralString = "gone IS NOT NULL AND current_setting('migdoctor.result', true) LIKE 'Done%'"
"""After the COMMIT a deploy may add rows at once; a dry run was rolled back."""

CONSTRAINTS: LiteralString = f"""\
BEGIN
  {USE_PATH}
  SET CONSTRAINTS ALL IMMEDIATE;
  {USE_PIN}
END"""

STEPS_BEGIN: LiteralString = f"""\
DECLARE
  changed pg_catalog.text;
BEGIN
  {USE_PATH}"""

ONE_ROW: LiteralString = "RETURNING {column} INTO STRICT changed"

INTERFERENCE = (
    "Look for a trigger or a rule on the table, and disable it; then run this file again."
)
AFTERWARDS = (
    "A trigger that waited for the COMMIT, or somebody else, took them. Run migdoctor diagnose: it "
    "says how the rows stand now. Drop that trigger before the rows are put back."
)
STEPS_END: LiteralString = """\
  {pin}
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
"""
AGREED: LiteralString = "END;\n"  # closes LOOK_AGAIN; a dry run looks for the one COMMIT
ANSWER: LiteralString = """
SELECT coalesce(pg_catalog.current_setting('migdoctor.result', true), '') AS migdoctor;"""
REST: LiteralString = """\
SELECT step AS migdoctor FROM (VALUES
{lines}
) AS next (step) WHERE pg_catalog.current_setting('migdoctor.result', true)
  OPERATOR(pg_catalog.~~) 'Done%';"""
