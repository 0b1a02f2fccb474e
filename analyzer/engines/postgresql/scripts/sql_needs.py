"""Does the database have what the plan takes to be there? Asked before any row is touched.

All that is called stands in pg_catalog by name, so that the answer is the same whatever the search
path holds. A table counts in whatever schema it lies: only what is nowhere contradicts the plan.
"""

from typing import TYPE_CHECKING, LiteralString

from analyzer.engines.postgresql.scripts.sql_frame import composed
from analyzer.model.plans.plan import Need, Needs

if TYPE_CHECKING:  # psycopg takes 150 ms to import: only what writes SQL pays for it
    from psycopg import sql

_FIND: LiteralString = """\
EXISTS (
        SELECT FROM pg_catalog.pg_class AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
         WHERE c.relname OPERATOR(pg_catalog.=) CAST({name} AS pg_catalog.name)
           AND c.relkind OPERATOR(pg_catalog.=) ANY
             (CAST(ARRAY['r', 'p', 'v', 'm', 'f'] AS pg_catalog."char"[]))
           AND c.relpersistence OPERATOR(pg_catalog.<>) CAST('t' AS pg_catalog."char")
           AND n.nspname OPERATOR(pg_catalog.<>) ALL
             (CAST(ARRAY['pg_catalog', 'information_schema'] AS pg_catalog.name[]))
           AND ({schema} IS NULL
             OR n.nspname OPERATOR(pg_catalog.=) CAST({schema} AS pg_catalog.name))
           AND ({column} IS NULL OR c.relkind OPERATOR(pg_catalog.<>) ALL
             (CAST(ARRAY['r', 'p'] AS pg_catalog."char"[])) OR EXISTS (
             SELECT FROM pg_catalog.pg_attribute AS a
              WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND NOT a.attisdropped
                AND a.attname OPERATOR(pg_catalog.=) CAST({column} AS pg_catalog.name))))"""

NEEDS: LiteralString = """\
DECLARE
  missing pg_catalog.text;
  known pg_catalog.bool;
BEGIN
  SELECT pg_catalog.string_agg(pg_catalog.format('%s, which %s made', need.shown, need.made_by),
      '; ') INTO missing
    FROM (VALUES
{needs}
    ) AS need (shown, name_of, schema_of, column_of, made_by)
   WHERE NOT {find};
  IF missing IS NULL THEN
    RETURN;
  END IF;
  SELECT pg_catalog.bool_or({find_any}) INTO known
    FROM (VALUES
{witnesses}
    ) AS witness (name_of, schema_of);
  IF known THEN
    RAISE EXCEPTION USING MESSAGE = 'the database lacks what rows would be rewritten for: '
        OPERATOR(pg_catalog.||) missing,
      DETAIL = 'A row says that its migration is done; with it under the new version, what is '
        'missing would never be made. Nothing was changed.',
      HINT = 'Run migdoctor diagnose against this database: it reads what is there.';
  END IF;
END"""


def render_needs(needs: Needs) -> str | None:
    """Write the body of the block that stops where something is missing; None where all is well."""
    if not needs.objects:
        return None
    from psycopg import sql  # see above

    wanted = dict.fromkeys((*needs.witnesses, *(need.table for need in needs.objects)))
    column = sql.SQL("need.column_of")
    return composed(
        NEEDS,
        needs=sql.SQL(",\n").join(map(_line, needs.objects)),
        find=_found("need", column),
        witnesses=sql.SQL(",\n").join(_witness(table) for table in wanted),
        find_any=_found("witness", sql.SQL("NULL")),
    )


def _found(alias: LiteralString, column: "sql.Composable") -> "sql.Composed":
    from psycopg import sql  # see above

    name, schema = sql.SQL(f"{alias}.name_of"), sql.SQL(f"{alias}.schema_of")
    return sql.SQL(_FIND).format(name=name, schema=schema, column=column)


def _line(need: Need) -> "sql.Composed":
    shown = f"column {need.table}.{need.column}" if need.column else f"table {need.table}"
    schema, name = _parts(need.table)
    values = [shown, name, schema, need.column, need.made_by]
    return _values(values)


def _witness(table: str) -> "sql.Composed":
    schema, name = _parts(table)
    return _values([name, schema])


def _parts(table: str) -> tuple[str | None, str]:
    schema, _, name = table.rpartition(".")
    return schema or None, name


def _values(values: list[str | None]) -> "sql.Composed":
    from psycopg import sql  # see above

    cast = sql.SQL("CAST({} AS pg_catalog.text)")
    cells = (cast.format(sql.Literal(value)) for value in values)
    return sql.SQL("      ({})").format(sql.SQL(", ").join(cells))
