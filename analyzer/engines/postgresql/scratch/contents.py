"""What a scratch database holds, each object with the statement that drops it."""

from collections.abc import Mapping

from analyzer.engines.sessions import Gateway

# Objects that lie in a schema are those that depend on it; of an extension none is dropped alone.
_CONTENTS = """
WITH schemas AS (
  SELECT n.oid FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), found (classid, objid, rank) AS (
  SELECT 'pg_catalog.pg_event_trigger'::regclass::oid, t.oid, 1 FROM pg_catalog.pg_event_trigger t
  UNION ALL
  SELECT 'pg_catalog.pg_namespace'::regclass::oid, s.oid, 2 FROM schemas s
  UNION ALL
  SELECT 'pg_catalog.pg_extension'::regclass::oid, x.oid, 3 FROM pg_catalog.pg_extension x
  UNION
  SELECT d.classid, d.objid, 4 FROM pg_catalog.pg_depend d
  WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.deptype = 'n'
    AND d.refobjid IN (SELECT s.oid FROM schemas s)
  UNION ALL
  SELECT 'pg_catalog.pg_cast'::regclass::oid, c.oid, 5 FROM pg_catalog.pg_cast c
  UNION ALL
  SELECT 'pg_catalog.pg_foreign_server'::regclass::oid, f.oid, 5 FROM pg_catalog.pg_foreign_server f
  UNION ALL
  SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass::oid, w.oid, 6
  FROM pg_catalog.pg_foreign_data_wrapper w
  UNION ALL
  SELECT 'pg_catalog.pg_language'::regclass::oid, l.oid, 6 FROM pg_catalog.pg_language l
), own AS (
  SELECT f.*, i.type, i.identity FROM found f,
    LATERAL pg_catalog.pg_identify_object(f.classid, f.objid, 0) i
  WHERE f.rank < 4 OR NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e
    WHERE e.classid = f.classid AND e.objid = f.objid AND e.deptype = 'e')
), named AS (
  SELECT o.rank, o.classid || ':' || o.objid AS key,
    pg_catalog.format('DROP %s IF EXISTS %s CASCADE', CASE o.type
      WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER'
      WHEN 'statistics object' THEN 'STATISTICS' ELSE pg_catalog.upper(o.type) END,
      o.identity) AS statement
  FROM own o
  UNION ALL
  SELECT 7, 'lob:' || m.oid, pg_catalog.format('SELECT pg_catalog.lo_unlink(%s)', m.oid)
  FROM pg_catalog.pg_largeobject_metadata m
)
SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(n.key, n.statement)
  ORDER BY n.rank, n.key), '[]') FROM named n
"""


def contents(scratch: Gateway) -> Mapping[str, str]:
    """By a key of its own, the statement that drops each object, in the order to drop them in."""
    with scratch.session() as session:
        return dict(session.ask(_CONTENTS))
