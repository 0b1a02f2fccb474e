"""What must be known of a table before rows are copied into it: keys, triggers, rules for rows."""

from analyzer.engines.postgresql.access.session import Session
from analyzer.engines.postgresql.catalog.state_queries import OWN_SCHEMA
from analyzer.model.recovery.recovery import ForeignKeyEdge


def _label(schema: str, name: str) -> str:
    """Write a table's label in SQL, just as `table_label` does."""
    parts = (f"""'"' || replace({one}, '"', '""') || '"'""" for one in (schema, name))
    quoted = " || '.' || ".join(parts)
    return (
        f"CASE WHEN strpos({schema} || {name}, '.') > 0 THEN {quoted} "
        f"ELSE {schema} || '.' || {name} END"
    )


_TABLE = _label("n.nspname", "c.relname")
_REFERRED = _label("fn.nspname", "f.relname")
_ROOT = "coalesce(pg_partition_root({oid}), {oid})"
FOREIGN_KEYS = f"""
SELECT {_TABLE} AS table, o.conname::text AS name,
       {_REFERRED} AS refers_to,
       on_.nspname::text AS own_schema, oc.relname::text AS own_table,
       pg_get_constraintdef(o.oid) AS definition,
       d.description AS comment
FROM pg_constraint o
JOIN pg_class oc ON oc.oid = o.conrelid JOIN pg_namespace on_ ON on_.oid = oc.relnamespace
JOIN pg_class c ON c.oid = {_ROOT.format(oid="o.conrelid")}
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class f ON f.oid = {_ROOT.format(oid="o.confrelid")}
JOIN pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN pg_description d ON d.objoid = o.oid AND d.classoid = 'pg_constraint'::regclass
WHERE o.contype = 'f' AND o.conparentid = 0 AND n.nspname <> '{OWN_SCHEMA}'
ORDER BY 1, 2"""  # noqa: S608  no text of a user's goes in

TRIGGERS = f"""
SELECT n.nspname::text AS schema, c.relname::text AS table, g.tgname::text AS name,
       g.tgenabled::text AS enabled, {_label("rn.nspname", "r.relname")} AS root
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' ORDER BY c.relispartition DESC, 1, 2, 3"""  # noqa: S608  no text of a user's goes in

UNIQUE = f"""
SELECT {_TABLE} AS table, x.relname::text AS name,
       ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
             WHERE k.place <= i.indnkeyatts ORDER BY k.place) AS columns,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) AS nulls_too
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"""  # noqa: S608  no text of a user's goes in

CHECKS = f"""
SELECT {_TABLE} AS table, o.conname::text AS name,
       pg_get_expr(o.conbin, o.conrelid) AS expression,
       EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass
               AND d.objid = o.oid AND d.refclassid IN ('pg_proc'::regclass,
               'pg_operator'::regclass)) AS calls
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE o.contype = 'c' AND o.conrelid <> 0 AND NOT c.relispartition"""  # noqa: S608  no text of a user's goes in

FOREIGN_COLUMNS = f"""
SELECT {_TABLE} AS table, o.conname::text AS name,
       {_REFERRED} AS refers_to,
       ARRAY(SELECT a.attname::text FROM unnest(o.conkey) WITH ORDINALITY k(number, place)
             JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number
             ORDER BY k.place) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(o.confkey) WITH ORDINALITY k(number, place)
             JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number
             ORDER BY k.place) AS referred
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class f ON f.oid = o.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE o.contype = 'f' AND o.conparentid = 0"""  # noqa: S608  no text of a user's goes in

ENUMS = """
SELECT format_type(t.oid, NULL) AS name,
       ARRAY(SELECT v.enumlabel::text FROM pg_enum v WHERE v.enumtypid = t.oid) AS labels
FROM pg_type t WHERE t.typtype = 'e'"""


def read_edges(session: Session) -> tuple[ForeignKeyEdge, ...]:
    """Read which table refers to which; partitions count as their root."""
    return tuple(
        ForeignKeyEdge(row["table"], row["name"], row["refers_to"])
        for row in session.rows(FOREIGN_KEYS)
    )
