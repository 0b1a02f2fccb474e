"""What may stand between us and the rows of a table, as conditions for pinned queries.

In each, ``c`` is the table's row of pg_class.
"""

_TREE = """WITH RECURSIVE tree (oid) AS (SELECT c.oid UNION SELECT h.inhrelid FROM tree
      JOIN pg_catalog.pg_inherits h ON h.inhparent = tree.oid)"""

FOREIGN_PARTS = f"""({_TREE}
    SELECT pg_catalog.string_agg(f.oid::pg_catalog.regclass::text, ', ' ORDER BY f.oid)
    FROM tree JOIN pg_catalog.pg_class f ON f.oid = tree.oid
    WHERE f.relkind = 'f')"""  # noqa: S608  no text of a user's
"""Its partitions and heirs, at any depth, that are foreign tables; NULL where none is."""

CHILDREN = """(SELECT pg_catalog.string_agg(h.inhrelid::pg_catalog.regclass::text, ', '
      ORDER BY h.inhrelid) FROM pg_catalog.pg_inherits h
    WHERE h.inhparent = c.oid AND c.relkind = 'r')"""
"""Tables that inherit from it and are no partitions; NULL where none does."""

RULES = f"""({_TREE}
    SELECT pg_catalog.string_agg(w.rulename::text, ', ' ORDER BY w.oid)
    FROM tree JOIN pg_catalog.pg_rewrite w ON w.ev_class = tree.oid AND w.ev_enabled <> 'D')"""  # noqa: S608  no text of a user's
"""Rules on it or its partitions; NULL where there is none."""

TRIGGERS = f"""({_TREE}
    SELECT pg_catalog.string_agg(DISTINCT g.tgname::text, ', ')
    FROM tree JOIN pg_catalog.pg_trigger g ON g.tgrelid = tree.oid
    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D')"""  # noqa: S608  no text of a user's
"""Triggers on it or its partitions; NULL where there is none."""

PLANNED = f"""({_TREE}
    SELECT pg_catalog.string_agg(DISTINCT p.proname::text, ', ')
    FROM tree CROSS JOIN LATERAL (
      SELECT 'pg_catalog.pg_class'::regclass::oid AS kind, i.indexrelid AS oid
      FROM pg_catalog.pg_index i WHERE i.indrelid = tree.oid
      UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass::oid, s.oid
      FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = tree.oid
      UNION ALL SELECT 'pg_catalog.pg_class'::regclass::oid, tree.oid) AS own
    JOIN pg_catalog.pg_depend d ON d.classid = own.kind AND d.objid = own.oid
      AND d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
    LEFT JOIN pg_catalog.pg_operator o
      ON o.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_operator'::regclass
    JOIN pg_catalog.pg_proc p ON p.oid = coalesce(o.oprcode::oid, d.refobjid)
    JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
    WHERE NOT r.rolsuper AND r.rolname <> current_user)"""  # noqa: S608  no text of a user's
"""Functions of other roles in its indexes, statistics or partition key; NULL where there is none.
PostgreSQL calls such a function for whoever looks at the table, where its arguments are constant:
already when it plans the query."""

FOREIGN_TYPE = """(WITH RECURSIVE base (oid, owner, typtype, next) AS (
      SELECT t.oid, t.typowner, t.typtype, t.typbasetype
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = c.oid AND a.attname = 'version' AND NOT a.attisdropped
      UNION ALL
      SELECT t.oid, t.typowner, t.typtype, t.typbasetype
      FROM base JOIN pg_catalog.pg_type t ON t.oid = base.next)
    SELECT pg_catalog.format_type(base.oid, NULL)
    FROM base JOIN pg_catalog.pg_roles r ON r.oid = base.owner
    WHERE base.typtype <> 'd' AND NOT r.rolsuper AND r.rolname <> current_user)"""
"""The type of its column ``version``, below domains, where another role made it: to turn a value
of it into text may call what that role wrote. NULL for PostgreSQL's own types."""

IDENTIFIER = """
SELECT CASE WHEN pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
  THEN 'SELECT pg_catalog.to_json(system_identifier::text) FROM pg_catalog.pg_control_system()'
  ELSE 'SELECT ''null''::json' END"""
"""Which cluster it is, where that may be asked: a text of further SQL."""
