"""The SQL of a runbook: what a recovery does, for psql to run by hand."""

from collections.abc import Sequence

from analyzer.engines.postgresql.access.pinned_settings import PIN_HERE, USER_PATH_HERE
from analyzer.engines.postgresql.scripts.sql_words import literal, quoted
from analyzer.model.recovery.recovery import TablePart

PINNED = """\
SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 3;
SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET row_security = off;"""

UNDRESS = """\
BEGIN;
CREATE TEMP TABLE migdoctor_keys ON COMMIT DROP AS
  SELECT conrelid::regclass::text AS tab, conname::text AS name,
         pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE contype = 'f' AND conparentid = 0;
CREATE TEMP TABLE migdoctor_triggers ON COMMIT DROP AS
  SELECT tgrelid::regclass::text AS tab, tgname::text AS name, tgenabled::text AS enabled
  FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D';
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', tab, name) FROM pg_temp.migdoctor_keys
\\gexec
SELECT format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', tab, name) FROM pg_temp.migdoctor_triggers
\\gexec"""

DRESS = """\
SET CONSTRAINTS ALL IMMEDIATE;
SELECT format('ALTER TABLE ONLY %s ENABLE %s TRIGGER %I', tab,
              CASE enabled WHEN 'R' THEN 'REPLICA' WHEN 'A' THEN 'ALWAYS' ELSE '' END, name)
FROM pg_temp.migdoctor_triggers
\\gexec
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', tab, name, definition)
FROM pg_temp.migdoctor_keys
\\gexec
COMMIT;"""

VIEWS = """\
SELECT format('REFRESH MATERIALIZED VIEW %s', oid::regclass) FROM pg_class
WHERE relkind = 'm' AND relispopulated ORDER BY oid
\\gexec"""

SEQUENCES = """\
SELECT format('SELECT setval(to_regclass(%L), %s);',
              quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value)
FROM pg_sequences WHERE last_value IS NOT NULL;"""
"""Statements that put the sequences of one database where those of another stand."""

LARGE_OBJECTS = """\
SELECT format('SELECT lo_from_bytea(%s, decode(%L, ''hex''));', oid, encode(lo_get(oid), 'hex'))
FROM pg_largeobject_metadata;"""


def copy_out(part: TablePart) -> str:
    """Write a table's rows to standard output."""
    return f"COPY (SELECT {_columns(part)} FROM {place(part)}) TO STDOUT;"  # noqa: S608  quoted


def copy_in(part: TablePart) -> str:
    """Read a table's rows from the lines that follow; `copied` comes after them."""
    return f"{USER_PATH_HERE};\nCOPY {_name(part)} ({_columns(part)}) FROM STDIN;"


def copied() -> str:
    """End the lines of a COPY."""
    return f"{PIN_HERE};"


def truncate(parts: Sequence[TablePart]) -> str:
    """Empty tables."""
    return f"TRUNCATE {', '.join(map(place, parts))};" if parts else ""


def put_back(part: TablePart, kept: str) -> str:
    """Fill a table from the one that kept its rows; all columns that it has now, not only ours."""
    name = _in_literal(part)
    return (
        f"SELECT format('{USER_PATH_HERE}; INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE "  # noqa: S608  quoted
        f"SELECT %s FROM %s; {PIN_HERE}', "
        f"{name}, columns, columns, '{kept}')\nFROM (SELECT string_agg(quote_ident(attname), "
        f"', ' ORDER BY attnum) AS columns FROM pg_attribute WHERE attrelid = {name}::regclass "
        "AND attnum > 0 AND NOT attisdropped AND attgenerated = '') c WHERE columns IS NOT NULL\n"
        "\\gexec"
    )


def checksum(part: TablePart) -> str:
    """Tell a table's rows and the checksum of their content in a line."""
    row = ", ".join(f"t.{quoted(name)}" for name in sorted(part.columns))
    hashed = f'hashtextextended(ROW({row})::text COLLATE "C", 0)'
    label = literal(part.label)
    return f"SELECT {label}, count(*), coalesce(sum({hashed}), 0) FROM {place(part)} t;"  # noqa: S608  quoted


def place(part: TablePart) -> str:
    """Name a table with its partitions, without those that merely inherit from it."""
    return ("" if part.partitioned else "ONLY ") + _name(part)


def _in_literal(part: TablePart) -> str:
    """Name a table in a text that PostgreSQL reads as a name: there it knows no U&."""
    names = (name.replace('"', '""') for name in (part.schema, part.name))
    return literal(".".join(f'"{name}"' for name in names))


def _name(part: TablePart) -> str:
    return f"{quoted(part.schema)}.{quoted(part.name)}"


def _columns(part: TablePart) -> str:
    return ", ".join(map(quoted, part.columns))
