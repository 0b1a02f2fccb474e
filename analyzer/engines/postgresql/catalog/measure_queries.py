"""The questions that measure a database: its structure in lines, and how many rows it holds.

What an extension brings along counts as the extension; NOT NULL is told with its column, as
PostgreSQL 18 alone keeps it as a constraint too.
"""

from analyzer.engines.postgresql.access.table_guard import FOREIGN_PARTS, PLANNED
from analyzer.model.core.version_table import AUDIT_TABLE, NOTES_TABLE

MOST_BYTES = 1 << 30  # of a table that is still counted: a second or so
_OURS = (
    "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relname NOT "
    f"IN ('{AUDIT_TABLE}', '{NOTES_TABLE}')"
)
_NOT_OF_EXTENSION = (
    "NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = {oid} AND d.deptype = 'e' "
    "AND d.classid = '{catalogue}'::regclass)"
)
_PARTS = {
    "OURS_": _OURS,
    "RELATION_": _NOT_OF_EXTENSION.format(oid="c.oid", catalogue="pg_catalog.pg_class"),
    "FUNCTION_": _NOT_OF_EXTENSION.format(oid="p.oid", catalogue="pg_catalog.pg_proc"),
    "TYPE_": _NOT_OF_EXTENSION.format(oid="t.oid", catalogue="pg_catalog.pg_type"),
}


def _complete(query: str, **more: str) -> str:
    """Put the conditions into a query in the places of their names."""
    for name, condition in (*more.items(), *_PARTS.items()):
        query = query.replace(name, condition)
    return query


STRUCTURE = _complete("""
SELECT coalesce(pg_catalog.json_agg(line ORDER BY line COLLATE "C"), '[]') FROM (
  SELECT pg_catalog.format('%s %I.%I', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table'
      WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
      WHEN 'f' THEN 'foreign table' END, n.nspname, c.relname)
    || CASE WHEN c.relkind IN ('v', 'm')
         THEN ' ' || pg_catalog.md5(pg_catalog.pg_get_viewdef(c.oid)) ELSE '' END AS line
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND OURS_ AND RELATION_
  UNION ALL
  SELECT pg_catalog.format('column %I.%I.%I %s%s%s', n.nspname, c.relname, a.attname,
      pg_catalog.format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
      coalesce(' default ' || pg_catalog.pg_get_expr(e.adbin, e.adrelid), ''))
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
    AND OURS_ AND RELATION_
  UNION ALL
  SELECT 'index ' || n.nspname || ' ' || pg_catalog.pg_get_indexdef(i.indexrelid)
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') AND OURS_ AND RELATION_
  UNION ALL
  SELECT pg_catalog.format('constraint %I of %I.%I %s', o.conname, n.nspname, c.relname,
      pg_catalog.pg_get_constraintdef(o.oid))
  FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE o.contype <> 'n' AND OURS_ AND RELATION_
  UNION ALL
  SELECT 'trigger ' || n.nspname || ' ' || pg_catalog.pg_get_triggerdef(t.oid)
  FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT t.tgisinternal AND OURS_
  UNION ALL
  SELECT pg_catalog.format('function %I.%I(%s) %s', n.nspname, p.proname,
      pg_catalog.pg_get_function_identity_arguments(p.oid), pg_catalog.md5(p.prosrc))
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND FUNCTION_
  UNION ALL
  SELECT pg_catalog.format('enum %I.%I %s', n.nspname, t.typname, (
      SELECT pg_catalog.string_agg(pg_catalog.quote_literal(v.enumlabel), ', '
        ORDER BY v.enumsortorder) FROM pg_catalog.pg_enum v WHERE v.enumtypid = t.oid))
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype = 'e' AND n.nspname NOT LIKE 'pg\\_%'
    AND TYPE_
  UNION ALL
  SELECT 'extension ' || x.extname FROM pg_catalog.pg_extension x
) AS lines""")

_TABLE = "c.relkind IN ('r', 'p') AND NOT c.relispartition AND OURS_ AND RELATION_"
_BYTES = """(WITH RECURSIVE tree (oid) AS (SELECT c.oid UNION SELECT h.inhrelid FROM tree
    JOIN pg_catalog.pg_inherits h ON h.inhparent = tree.oid)
  SELECT pg_catalog.sum(pg_catalog.pg_relation_size(tree.oid)) FROM tree
  WHERE c.relkind = 'p' OR tree.oid = c.oid)"""
_COUNTED = (
    f"{_TABLE} AND {_BYTES} < {MOST_BYTES} AND (c.relkind = 'r' OR {FOREIGN_PARTS} IS NULL) "
    f"AND {PLANNED} IS NULL "
    "AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') "
    "AND pg_catalog.has_table_privilege(c.oid, 'SELECT') "
    "AND NOT pg_catalog.row_security_active(c.oid)"
)
COUNTS = _complete(
    """
SELECT pg_catalog.format('SELECT pg_catalog.json_build_array(%L, count(*)) FROM %s %I.%I',
  n.nspname || '.' || c.relname, CASE c.relkind WHEN 'r' THEN 'ONLY' ELSE '' END, n.nspname,
  c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE COUNTED_ ORDER BY n.nspname, c.relname""",
    COUNTED_=_COUNTED,
)
UNCOUNTED = _complete(
    """
SELECT coalesce(pg_catalog.json_agg(n.nspname || '.' || c.relname ORDER BY 1), '[]')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE TABLE_ AND NOT (COUNTED_)""",
    TABLE_=_TABLE,
    COUNTED_=_COUNTED,
)
