"""The questions whose answers are a database's state; 12 and newer.

All names come with their schema: the session's search path finds nothing but the catalogue. What
belongs to an extension or to the system is left out, and so is migdoctor's own schema. Columns of
the catalogue that a later version added are read through to_jsonb, which has no opinion on their
absence.
"""

from analyzer.engines.postgresql.access.table_guard import FOREIGN_PARTS

OWN_SCHEMA = "migdoctor_recovery"  # a recovery's marks, while it goes on
_OURS = f"""n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND n.nspname <> '{OWN_SCHEMA}'"""


def _own(catalogue: str, oid: str) -> str:
    """A condition: the object is in a schema of the user's, and not of an extension."""
    return f"""{_OURS} AND NOT EXISTS (SELECT FROM pg_depend e
      WHERE e.classid = '{catalogue}'::regclass AND e.objid = {oid} AND e.deptype = 'e')"""


def _privileges(acl: str, owner: str) -> str:
    """What others than the owner may do; MAINTAIN is left out, as older servers have none."""
    return f"""(SELECT string_agg(concat_ws(' ', a.privilege_type, 'to',
          CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END,
          CASE WHEN a.is_grantable THEN 'with grant option' END), ', ' ORDER BY
          CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END,
          a.privilege_type)
        FROM aclexplode({acl}) a WHERE a.grantee <> {owner} AND a.privilege_type <> 'MAINTAIN')"""  # noqa: S608  no text of a user's


IDENTITY = """
SELECT current_database()::text AS database, d.oid::bigint AS oid,
       current_setting('server_version_num')::int AS version,
       CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
            THEN (SELECT system_identifier::text FROM pg_control_system()) END AS system
FROM pg_database d WHERE d.datname = current_database()"""

PROBE = """
SELECT pg_database_size(d.oid)::bigint AS bytes,
       hashtextextended('migdoctor'::text COLLATE "C", 0)::text AS probe
FROM pg_database d WHERE d.datname = current_database()"""

SETTINGS = """
SELECT pg_get_userbyid(d.datdba)::text AS owner, pg_encoding_to_char(d.encoding)::text AS encoding,
       d.datcollate::text AS collate, d.datctype::text AS ctype,
       coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') AS provider,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale,
       to_jsonb(d) ->> 'daticurules' AS rules,
       t.spcname::text AS tablespace, d.datconnlimit AS connection_limit,
       shobj_description(d.oid, 'pg_database') AS comment
FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace
WHERE d.datname = current_database()"""

GRANTS = """
SELECT a.privilege_type::text AS privilege, a.is_grantable AS grantable,
       CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee)::text END AS grantee
FROM pg_database d, aclexplode(d.datacl) a
WHERE d.datname = current_database() ORDER BY 3 NULLS FIRST, 1"""
"""No rows where nobody ever granted or revoked anything; a grantee of NULL is PUBLIC."""

PARAMETERS = """
SELECT r.rolname::text AS role, s.setting AS setting
FROM pg_db_role_setting d LEFT JOIN pg_roles r ON r.oid = d.setrole,
     unnest(d.setconfig) s(setting)
WHERE d.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1 NULLS FIRST, 2"""

TABLES = f"""
SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'p' AS partitioned,
       CASE WHEN c.relkind = 'p'
            THEN (SELECT coalesce(sum(pg_table_size(t.relid)), 0)::bigint
                  FROM pg_partition_tree(c.oid) t)
            ELSE pg_table_size(c.oid) END AS bytes,
       (SELECT coalesce(json_agg(json_build_object(
            'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
            'not_null', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid),
            'generated', a.attgenerated::text, 'identity', a.attidentity::text
          ) ORDER BY a.attnum), '[]')
        FROM pg_attribute a
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND {_own("pg_class", "c.oid")}
ORDER BY n.nspname, c.relname"""  # noqa: S608  no text of a user's goes in

UNREADABLE = f"""
SELECT coalesce(json_agg(n.nspname || '.' || c.relname ORDER BY 1), '[]')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON r.rolname = current_user
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {_own("pg_class", "c.oid")}
  AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT')
       OR c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls
          AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE')))"""  # noqa: S608  no text of a user's
"""Tables of which the role may not read every row."""

FOREIGN_OWNED = f"""
SELECT coalesce(json_agg(json_build_array(n.nspname, c.relname, pg_get_userbyid(c.relowner))
                         ORDER BY 1), '[]')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {_own("pg_class", "c.oid")}
  AND NOT pg_has_role(c.relowner, 'USAGE')"""  # noqa: S608  no text of a user's goes in
"""Tables that the role may not alter: schema, name, owner."""

PARTITIONS = f"""
SELECT n.nspname::text AS schema, c.relname::text AS name,
       (SELECT json_agg(json_build_array(pn.nspname, pc.relname))
        FROM pg_partition_tree(c.oid) t JOIN pg_class pc ON pc.oid = t.relid
        JOIN pg_namespace pn ON pn.oid = pc.relnamespace) AS parts
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'p' AND NOT c.relispartition AND {_OURS}"""  # noqa: S608  no text of a user's
"""Each partitioned table, and all of its partitions with itself."""

SEQUENCES = f"""
SELECT n.nspname::text AS schema, c.relname::text AS name, s.seqstart AS start,
       s.seqincrement AS increment,
       coalesce(has_sequence_privilege(c.oid, 'SELECT'), false) AS readable,
       (SELECT coalesce(json_agg(json_build_array(u.schema, u.name, u.column)), '[]') FROM (
          SELECT tn.nspname AS schema, t.relname AS name, a.attname AS column
          FROM pg_depend d
          LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
          JOIN pg_attribute a
            ON (a.attrelid = f.adrelid AND a.attnum = f.adnum)
            OR (d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
                AND a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
          JOIN pg_class t ON t.oid = a.attrelid AND t.relkind IN ('r', 'p')
          JOIN pg_namespace tn ON tn.oid = t.relnamespace
          WHERE (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                 AND d.classid = 'pg_attrdef'::regclass
              OR d.classid = 'pg_class'::regclass AND d.objid = c.oid)
            AND a.attnum > 0 AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
                                                'numeric'::regtype)
            AND NOT t.relispartition AND {FOREIGN_PARTS.replace("c.oid", "t.oid")} IS NULL
          GROUP BY 1, 2, 3 ORDER BY 1, 2, 3) u) AS columns
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_own("pg_class", "c.oid")} AND c.relpersistence <> 't'
ORDER BY n.nspname, c.relname"""  # noqa: S608  no text of a user's goes in
"""Sequences, and the number columns that each fills, as owner or through a default."""

STRUCTURE = f"""
SELECT 'schema' AS kind, n.nspname::text AS name, '' AS definition
FROM pg_namespace n WHERE {_own("pg_namespace", "n.oid")}
UNION ALL
SELECT 'owner', n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't'
  AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'table', n.nspname || '.' || c.relname,
       concat_ws(' ', CASE c.relkind WHEN 'p' THEN 'partitioned ' || pg_get_partkeydef(c.oid)
                                     WHEN 'f' THEN 'foreign' ELSE 'table' END,
         CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END,
         CASE WHEN c.relrowsecurity THEN 'row security' END,
         CASE WHEN c.relforcerowsecurity THEN 'for its owner too' END,
         CASE c.relreplident WHEN 'f' THEN 'replica identity full'
                             WHEN 'n' THEN 'replica identity nothing'
                             WHEN 'i' THEN 'replica identity index' END,
         pg_get_expr(c.relpartbound, c.oid),
         (SELECT 'inherits ' || string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno)
          FROM pg_inherits h WHERE h.inhrelid = c.oid))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'constraint', n.nspname || '.' || c.relname || '.' || o.conname, pg_get_constraintdef(o.oid)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE o.contype IN ('p', 'f', 'c', 'u', 'x') AND o.conparentid = 0 AND o.coninhcount = 0
  AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'index', n.nspname || '.' || x.relname,
       pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = x.relnamespace
WHERE NOT x.relispartition AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END,
       n.nspname || '.' || c.relname, pg_get_viewdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'sequence', n.nspname || '.' || c.relname,
       concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin,
                 s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END)
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_own("pg_class", "c.oid")}
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
       n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       CASE WHEN p.prokind = 'a' THEN '' ELSE pg_get_functiondef(p.oid) END
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_own("pg_proc", "p.oid")}
UNION ALL
SELECT 'trigger', n.nspname || '.' || c.relname || '.' || g.tgname,
       pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND NOT c.relispartition AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range'
                      ELSE 'type' END, n.nspname || '.' || t.typname,
       CASE t.typtype
       WHEN 'e' THEN (SELECT string_agg(quote_literal(v.enumlabel), ', ' ORDER BY v.enumsortorder)
                      FROM pg_enum v WHERE v.enumtypid = t.oid)
       WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod), t.typdefault,
                               CASE WHEN t.typnotnull THEN 'not null' END,
                      (SELECT string_agg(pg_get_constraintdef(o.oid), ' ' ORDER BY o.conname)
                       FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c'))
       WHEN 'c' THEN (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod),
                                        ', ' ORDER BY a.attnum)
                      FROM pg_attribute a WHERE a.attrelid = t.typrelid AND NOT a.attisdropped)
       ELSE '' END
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
  AND {_own("pg_type", "t.oid")}
UNION ALL
SELECT 'policy', n.nspname || '.' || c.relname || '.' || p.polname,
       concat_ws(' ', p.polcmd::text, p.polpermissive, pg_get_expr(p.polqual, p.polrelid),
                 pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'rule', n.nspname || '.' || c.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'statistics', n.nspname || '.' || s.stxname, pg_get_statisticsobjdef(s.oid)
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE {_OURS}
UNION ALL
SELECT 'event trigger', v.evtname,
       concat_ws(' ', v.evtevent, v.evtenabled::text, v.evttags::text, v.evtfoid::regproc::text)
FROM pg_event_trigger v
UNION ALL
SELECT 'publication', p.pubname, concat_ws(' ', CASE WHEN p.puballtables THEN 'all tables' END,
       (SELECT string_agg(x.prrelid::regclass::text, ', ' ORDER BY x.prrelid::regclass::text)
        FROM pg_publication_rel x WHERE x.prpubid = p.oid))
FROM pg_publication p
UNION ALL
SELECT 'comment', concat_ws('.', n.nspname, c.relname, a.attname), d.description
FROM pg_description d JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON d.objsubid > 0 AND a.attrelid = c.oid AND a.attnum = d.objsubid
WHERE {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'grant', concat_ws('.', n.nspname, c.relname, c.attname), {_privileges("c.acl", "c.owner")}
FROM (SELECT oid, relnamespace, relname, NULL AS attname, relacl AS acl, relowner AS owner
      FROM pg_class UNION ALL
      SELECT c.oid, c.relnamespace, c.relname, a.attname, a.attacl, c.relowner
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL) c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_privileges("c.acl", "c.owner")} IS NOT NULL AND {_own("pg_class", "c.oid")}
UNION ALL
SELECT 'grant', 'schema ' || n.nspname, {_privileges("n.nspacl", "n.nspowner")}
FROM pg_namespace n
WHERE {_privileges("n.nspacl", "n.nspowner")} IS NOT NULL AND n.nspname <> 'public'
  AND {_own("pg_namespace", "n.oid")}
UNION ALL
SELECT 'grant', 'by default ' || concat_ws(' ', pg_get_userbyid(d.defaclrole), n.nspname,
                                           d.defaclobjtype::text),
       {_privileges("d.defaclacl", "d.defaclrole")}
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
WHERE {_privileges("d.defaclacl", "d.defaclrole")} IS NOT NULL
ORDER BY 1, 2, 3"""  # noqa: S608  no text of a user's goes in

EXTENSIONS = "SELECT extname::text AS name, extversion AS version FROM pg_extension ORDER BY 1"

ROLES = """
SELECT r.rolname::text AS name FROM pg_roles r
WHERE r.oid IN (SELECT s.refobjid FROM pg_shdepend s, pg_database d
                WHERE d.datname = current_database() AND s.refclassid = 'pg_authid'::regclass
                  AND (s.dbid = d.oid OR s.classid = 'pg_database'::regclass AND s.objid = d.oid))
   OR r.oid = (SELECT datdba FROM pg_database WHERE datname = current_database())
   OR r.oid IN (SELECT u FROM pg_policy p, unnest(p.polroles) u)
   OR r.oid IN (SELECT relowner FROM pg_class WHERE oid >= 16384)
   OR r.oid IN (SELECT nspowner FROM pg_namespace WHERE oid >= 16384)
ORDER BY 1"""

SERVER_SETTINGS = """
SELECT name, setting FROM pg_settings
WHERE source IN ('configuration file', 'command line', 'environment variable')
  AND name !~ 'conninfo|passphrase|_command$|keyfile|password' ORDER BY name"""
"""What the server's owner set; nothing that may hold a secret."""

LARGE_OBJECTS = """
SELECT count(*) AS count,
       sum(hashtextextended((oid::text || ':' || md5(lo_get(oid))) COLLATE "C", 0))::text
         AS checksum
FROM pg_largeobject_metadata"""
