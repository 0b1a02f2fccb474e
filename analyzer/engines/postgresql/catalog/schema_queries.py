"""The questions that PostgreSQL's catalogue answers about a schema; 10 and newer.

What belongs to an extension or to the system is left out: what PostgreSQL brings, most of a small
catalogue, has oids below 16384. A name is given with its schema only where the search path does not
find it. Columns that a later version added (attgenerated, indnkeyatts) are read through to_jsonb,
which has no opinion on their absence; `of_version` reads them as they are, which is quicker.
`of_schemas` narrows a query to some schemas, in the places that a comment marks.
"""

import re
from collections.abc import Callable, Iterable

from analyzer.engines.postgresql.access.pinned_settings import VISIBLE
from analyzer.engines.postgresql.access.table_guard import FOREIGN_PARTS, FOREIGN_TYPE, PLANNED

RELATIONS = """
SELECT c.oid,
       CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE n.nspname || '.' END || c.relname AS name,
       c.relkind::text, t.description
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description t ON t.objoid = c.oid AND t.classoid = 'pg_class'::regclass
  AND t.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.oid >= 16384 /* of c.relnamespace */
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY name"""
"""oid, name, kind (pg_class.relkind), comment."""

COLUMNS = """
SELECT a.attrelid, a.attname::text,
       coalesce(CASE t.typcategory WHEN 'A'
                THEN (SELECT e.typname FROM pg_type e WHERE e.oid = t.typelem) END,
                t.typname)::text,
       t.typcategory = 'A' AND t.typelem <> 0,
       coalesce(CASE t.typcategory WHEN 'A'
                THEN (SELECT e.typtype FROM pg_type e WHERE e.oid = t.typelem) END,
                t.typtype)::text,
       CASE WHEN a.atttypmod <> -1
            THEN substring(format_type(a.atttypid, a.atttypmod) FROM '\\((-?\\d+(?:,-?\\d+)?)\\)')
       END,
       a.attnotnull,
       CASE WHEN a.atthasdef
            THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
                  WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
       a.atthasdef AND coalesce(to_jsonb(a) ->> 'attgenerated', '') <> '',
       a.attidentity <> '',
       CASE WHEN a.attcollation <> t.typcollation
            THEN (SELECT l.collname::text FROM pg_collation l WHERE l.oid = a.attcollation) END,
       o.description
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_description o ON o.objoid = a.attrelid AND o.classoid = 'pg_class'::regclass
  AND o.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384 /* of c.relnamespace */
  AND c.relnamespace <> ALL (ARRAY(SELECT n.oid FROM pg_namespace n
                                   WHERE n.nspname = 'information_schema' OR n.nspname ~ '^pg_'))
ORDER BY a.attrelid, a.attnum"""
"""Relation, name, type, array, kind of type, size, not null, default, generated, identity,
collation, comment. What few columns have is no join: to plan eight joins takes longer than to read
a thousand columns."""

CONSTRAINTS = """
SELECT o.conrelid, o.conname::text, o.contype::text,
       ARRAY(SELECT a.attname::text FROM unnest(o.conkey) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number
             ORDER BY k.place),
       o.confrelid,
       CASE o.contype WHEN 'f' THEN
       ARRAY(SELECT a.attname::text FROM unnest(o.confkey) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number
             ORDER BY k.place) ELSE '{}' END,
       o.confdeltype::text, o.confupdtype::text, o.convalidated,
       CASE o.contype WHEN 'c' THEN pg_get_expr(o.conbin, o.conrelid)
                      WHEN 'x' THEN pg_get_constraintdef(o.oid) END
FROM pg_constraint o
WHERE o.contype IN ('p', 'f', 'c', 'u', 'x') AND o.conrelid >= 16384
  AND o.coninhcount = 0 /* of o.connamespace */
ORDER BY o.conname"""
"""Relation, name, kind, columns, other relation and its columns, on delete, on update, validated,
expression. What a partition inherits is its parent's."""

INDEXES = """
SELECT i.indrelid, c.relname::text, i.indisunique, m.amname::text, i.indisvalid,
       ARRAY(SELECT coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, k.place::int, true))
             FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place)
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
             ORDER BY k.place),
       coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts::int),
       0 = ANY (i.indkey), pg_get_expr(i.indpred, i.indrelid),
       ARRAY(SELECT o.opcname::text FROM unnest(i.indclass) WITH ORDINALITY AS k(class, place)
             JOIN pg_opclass o ON o.oid = k.class AND NOT o.opcdefault ORDER BY k.place),
       ARRAY(SELECT k.bits::int FROM unnest(i.indoption) WITH ORDINALITY AS k(bits, place)
             ORDER BY k.place)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am m ON m.oid = c.relam
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_constraint o
                  WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
  AND i.indrelid >= 16384 /* of c.relnamespace */
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
ORDER BY c.relname"""
"""Relation, name, unique, method, valid, all columns, how many of them are the key, expression,
condition, operator classes other than the usual, order of each key column (1: descends, 2: NULL
first). One behind a constraint is the constraint's."""

ENUMS = """
SELECT CASE WHEN pg_type_is_visible(t.oid) THEN '' ELSE n.nspname || '.' END || t.typname,
       ARRAY(SELECT v.enumlabel::text FROM pg_enum v WHERE v.enumtypid = t.oid
             ORDER BY v.enumsortorder)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid >= 16384 AND t.typtype = 'e' /* of t.typnamespace */
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass
                  AND d.objid = t.oid AND d.deptype = 'e')"""
"""Name, values in their order."""

EXTENSIONS = "SELECT extname::text FROM pg_extension"

FUNCTIONS = """
SELECT DISTINCT CASE WHEN p.prorettype = 0 THEN 'procedure' ELSE 'function' END,
       CASE WHEN pg_function_is_visible(p.oid) THEN '' ELSE n.nspname || '.' END || p.proname
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' /* of p.pronamespace */
  AND p.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                  AND d.objid = p.oid AND d.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_aggregate g WHERE g.aggfnoid = p.oid)"""
"""Kind, name; several functions of one name are one."""

TRIGGERS = """
SELECT t.tgrelid, t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal /* of c.relnamespace */"""

VIEW_COLUMNS = """
SELECT DISTINCT
       CASE WHEN pg_table_is_visible(v.oid) THEN '' ELSE vn.nspname || '.' END || v.relname,
       CASE WHEN pg_table_is_visible(t.oid) THEN '' ELSE tn.nspname || '.' END || t.relname,
       coalesce(a.attname::text, '')
FROM pg_depend d
JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
JOIN pg_class v ON v.oid = r.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace
JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND t.oid = d.refobjid AND t.oid <> v.oid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE v.relkind IN ('v', 'm') /* of v.relnamespace */
  AND tn.nspname <> 'information_schema' AND tn.nspname !~ '^pg_'"""
"""View, table, column that the view reads; an empty column is the table itself."""

ANY_VIEW = """
SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
LIMIT 1"""
"""A row where there is any view: to plan what views read takes long."""

TYPES = """
SELECT t.typname::text FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typcategory <> 'A' AND (t.typrelid = 0 OR c.relkind = 'c')
  AND (t.typnamespace = 'pg_catalog'::regnamespace OR pg_type_is_visible(t.oid))"""
"""The names of all types that a column can have without its schema, the built-in ones too."""

AVAILABLE_EXTENSIONS = "SELECT name::text FROM pg_available_extensions"

VERSION_TABLE = f"""
SELECT pg_catalog.json_build_array(n.nspname, has_table_privilege(c.oid, 'SELECT'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = {{column}} AND NOT a.attisdropped
WHERE c.relname = {{name}} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {VISIBLE}
  AND {FOREIGN_PARTS} IS NULL AND {FOREIGN_TYPE} IS NULL AND {PLANNED} IS NULL"""  # noqa: S608  no text of a user's
"""The version table's schema, and whether its rows may be read; none where others would be asked
for them."""

# each query, and how many columns it has
SCHEMA = {
    RELATIONS: 4,
    COLUMNS: 12,
    CONSTRAINTS: 10,
    INDEXES: 11,
    FUNCTIONS: 2,
    TRIGGERS: 2,
    ENUMS: 2,
    EXTENSIONS: 1,
}
_LATER = {  # since which version of the server a column can be read as it is
    "coalesce(to_jsonb(a) ->> 'attgenerated', '')": (120_000, "a.attgenerated"),
    "coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts::int)": (
        110_000,
        "i.indnkeyatts::int",
    ),
}
_OF = re.compile(r"/\* of (\S+) \*/")


def of_schemas(oids: Iterable[int]) -> Callable[[str], str]:
    """Narrow queries to what is in these schemas: where there are thousands, one is wanted."""
    listed = ",".join(map(str, oids))
    return lambda query: _OF.sub(rf"AND \1 = ANY ('{{{listed}}}'::oid[])", query)


def of_version(server_version: int | None) -> Callable[[str], str]:
    """Read the columns that this version of the server has as they are."""
    known = {
        slow: quick for slow, (since, quick) in _LATER.items() if since <= (server_version or 0)
    }

    def adapted(query: str) -> str:
        for slow, quick in known.items():
            query = query.replace(slow, quick)
        return query

    return adapted


BEYOND = {AVAILABLE_EXTENSIONS: 1}
WITH_VIEWS = {**BEYOND, VIEW_COLUMNS: 3}
"""What decides, with the schema, whether a migration can run."""
