"""The digest of what a catalogue says of a schema or a database: one statement for many of them.

Two schemas have the same digest where their tables, columns, indexes and constraints, and with
them views, enumerations, triggers and functions, are the same but for the schema's own name. The
order of columns does not count, as no migration depends on it, and neither do tables of ours. Only
catalogues are read: no lock is held on any table of the user's, however many schemas there are.
"""

from analyzer.engines.postgresql.words import literal
from analyzer.model.core.version_table import AUDIT_TABLE, NOTES_TABLE

_SHA256_FROM, _GENERATED_FROM = 110_000, 120_000  # server versions

_EACH_SCHEMA = """
  SELECT n.oid AS ns, n.oid AS whose, '' AS prefix, quote_ident(n.nspname) || '.' AS own
  FROM pg_namespace n WHERE n.oid = ANY ({chosen}::oid[])"""
_WHOLE_DATABASE = """
  SELECT n.oid AS ns, 0::oid AS whose, quote_ident(n.nspname) || '.' AS prefix, '' AS own
  FROM pg_namespace n WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"""
_FINGERPRINT = """
WITH place AS MATERIALIZED_ ({places}
), relation AS MATERIALIZED_ (
  SELECT c.oid, place.prefix || c.relname AS name, c.relkind::text AS kind, place.whose, place.own
  FROM place JOIN pg_class c ON c.relnamespace = place.ns
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
    AND c.relname NOT IN ({ours})
), item (whose, own, said) AS (
  SELECT whose, own, concat_ws(' ', 'relation', kind, name) FROM relation
  UNION ALL
  SELECT r.whose, r.own, concat_ws(' ', 'column', r.name, a.attname,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, {generated}, a.attcollation,
    pg_get_expr(d.adbin, d.adrelid))
  FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  UNION ALL
  SELECT r.whose, r.own, concat_ws(' ', 'index', i.indisvalid, pg_get_indexdef(i.indexrelid))
  FROM relation r JOIN pg_index i ON i.indrelid = r.oid
  UNION ALL
  SELECT r.whose, r.own, concat_ws(' ', 'constraint', r.name, o.conname, o.convalidated,
    pg_get_constraintdef(o.oid))
  FROM relation r JOIN pg_constraint o ON o.conrelid = r.oid AND o.contype <> 'n'
  UNION ALL
  SELECT r.whose, r.own, concat_ws(' ', 'trigger', r.name, t.tgname, t.tgenabled)
  FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT place.whose, place.own, concat_ws(' ', 'enum', place.prefix || t.typname,
    (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
     FROM pg_enum e WHERE e.enumtypid = t.oid))
  FROM place JOIN pg_type t ON t.typnamespace = place.ns AND t.typtype = 'e'
  UNION ALL
  SELECT place.whose, place.own, concat_ws(' ', 'function', place.prefix || p.proname)
  FROM place JOIN pg_proc p ON p.pronamespace = place.ns
  WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                    AND d.objid = p.oid AND d.deptype = 'e')
), bare AS (
  SELECT whose, CASE own WHEN '' THEN said ELSE
    replace(replace(replace(replace(said, ' ' || own, ' '), '(' || own, '('), '::' || own, '::'),
      '''' || replace(own, '''', ''''''), '''') END AS said
  FROM item
)
SELECT pg_catalog.json_build_array(whose::bigint, {digest})
FROM (SELECT whose, string_agg(said, E'\\n' ORDER BY said COLLATE "C") AS told
      FROM bare GROUP BY whose) AS digested"""


def fingerprints_query(namespaces: list[int], server_version: int) -> str:
    """Ask for the digests of schemas, as [oid of the schema, digest] each.

    Not-null constraints are told with their columns, as they have no name before PostgreSQL 18.
    """
    chosen = literal("{" + ",".join(map(str, namespaces)) + "}")
    return _complete(_EACH_SCHEMA.format(chosen=chosen), server_version)


def database_fingerprint_query(server_version: int) -> str:
    """Ask for the digest of a database, all of its schemas together, as [0, digest]."""
    return _complete(_WHOLE_DATABASE, server_version)


def _complete(places: str, server_version: int) -> str:
    told = "convert_to(told, 'UTF8')"
    sha256 = f"pg_catalog.encode(pg_catalog.sha256({told}), 'hex')"
    return _FINGERPRINT.replace(
        "MATERIALIZED_", "MATERIALIZED" if server_version >= _GENERATED_FROM else ""
    ).format(
        places=places,
        ours=", ".join(map(literal, (AUDIT_TABLE, NOTES_TABLE))),
        generated="a.attgenerated" if server_version >= _GENERATED_FROM else "''",
        digest=sha256 if server_version >= _SHA256_FROM else "pg_catalog.md5(told)",
    )
