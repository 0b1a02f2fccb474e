"""What a database holds, told by itself: the tests' own yardstick, not the package's."""

import hashlib
from collections.abc import Sequence

import psycopg
from psycopg import sql

_TABLES = """
SELECT n.nspname, c.relname, c.relkind = 'p' FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'migdoctor_recovery' ORDER BY 1, 2"""
_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
AND NOT attisdropped ORDER BY attname"""


def contents(url: str, *, apart_from: Sequence[str] = ()) -> dict[str, str]:
    """A digest of each table's rows as sorted text, by the table's name."""
    found = {}
    with psycopg.connect(url) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET extra_float_digits = 3")
        for schema, name, whole in connection.execute(_TABLES).fetchall():
            if name not in apart_from:
                found[f"{schema}.{name}"] = _digest(connection, schema, name, whole=whole)
    return found


def _digest(connection: psycopg.Connection, schema: str, name: str, *, whole: bool) -> str:
    place = sql.Identifier(schema, name)
    columns = connection.execute(_COLUMNS, (place.as_string(None),)).fetchall()
    listed = sql.SQL(", ").join(sql.Identifier(column) for (column,) in columns)
    only = sql.SQL("" if whole else "ONLY ")
    rows = connection.execute(sql.SQL("SELECT ROW({})::text FROM {}{}").format(listed, only, place))
    digest = hashlib.sha256()
    number = 0
    for text in sorted(row[0] for row in rows):
        digest.update(text.encode() + b"\0")
        number += 1
    return f"{number}:{digest.hexdigest()[:16]}"
