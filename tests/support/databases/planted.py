"""A hostile role that may create in ``public``, and what it plants there.

Each thing planted leaves its name in a marker file where a superuser reaches it: by COPY ... TO
PROGRAM, which a read-only transaction does not stop.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.databases.servers import Database

_TRAP = """
CREATE FUNCTION public.migdoctor_trap(what pg_catalog.text) RETURNS pg_catalog.bool
LANGUAGE plpgsql SET search_path = pg_catalog AS $trap$
BEGIN
  IF current_setting('is_superuser') = 'on' THEN
    EXECUTE format('COPY (SELECT %L) TO PROGRAM %L', what,
      'cat >> {folder}/reached.' || current_database());
  END IF;
  RETURN true;
END $trap$;
"""
# Each with the types that our queries have on its sides; what fits exactly in pg_catalog is found
# there, unless the path names public first.
_OPERATORS = """
DO $plant$
DECLARE
  one record;
  answer text;
  number int := 0;
BEGIN
  FOR one IN
    SELECT o.name, l.type AS l, r.type AS r FROM
      unnest('{=,<>,<,>,<=,>=,||,+,-,*,/,%,#,&,>>,<<,~,!~,~~,!~~,->>}'::text[]) AS o(name),
      unnest('{oid,integer,bigint,smallint,name,text,varchar,"char",boolean,regclass,
               bytea,tid,json,jsonb,"name[]","text[]"}'::text[]) AS l(type),
      unnest('{oid,integer,bigint,name,text,varchar,"char",boolean,regclass,tid,
               "name[]","text[]"}'::text[]) AS r(type)
  LOOP
    number := number + 1;
    answer := CASE WHEN one.name = '||' OR one.name = '->>' THEN 'text'
      WHEN one.name IN ('+', '-', '*', '/', '%', '#', '&', '>>', '<<') THEN 'bigint'
      ELSE 'boolean' END;
    EXECUTE format('CREATE FUNCTION public.o%s(pg_catalog.%s, pg_catalog.%s) '
      'RETURNS pg_catalog.%s LANGUAGE plpgsql AS %L',
      number, pg_temp.typed(one.l), pg_temp.typed(one.r), pg_temp.typed(answer),
      format('BEGIN PERFORM public.migdoctor_trap(%L); RETURN %s; END',
        format('%s(%s,%s)', one.name, one.l, one.r),
        CASE answer WHEN 'boolean' THEN 'true' WHEN 'text' THEN '''''' ELSE '0' END));
    EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = pg_catalog.%s, '
      'RIGHTARG = pg_catalog.%s, FUNCTION = public.o%s)',
      one.name, pg_temp.typed(one.l), pg_temp.typed(one.r), number);
  END LOOP;
END $plant$;
"""
_TYPED = """
CREATE FUNCTION pg_temp.typed(name text) RETURNS text LANGUAGE sql AS $$
  SELECT CASE name WHEN 'integer' THEN 'int4' WHEN 'bigint' THEN 'int8' WHEN 'smallint' THEN 'int2'
    WHEN 'boolean' THEN 'bool' WHEN 'char' THEN '"char"' ELSE name END $$;
"""
# A function of each name that pg_catalog has, of the same arguments and the same answer.
_FUNCTIONS = """
DO $plant$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT p.oid, p.proname, pg_get_function_identity_arguments(p.oid) AS arguments,
           pg_get_function_result(p.oid) AS result, p.proretset
    FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.provariadic = 0
      AND p.proname ~ ANY (ARRAY['^(pg_|has_|set_|current_|to_|array_|json|convert|get_|octet)',
        '^(quote_|row_security)',
        '^(hash|format|concat|length|strpos|replace|substring|unnest|md5|obj_|col_|shobj_|ltrim)',
        '^(acl|lo_|setval|encode|decode|now|upper|lower|starts_with|int|oid|text|name|bool)'])
      AND p.prorettype NOT IN ('internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype)
  LOOP
    BEGIN
      EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L',
        one.proname, one.arguments, one.result,
        format('BEGIN PERFORM public.migdoctor_trap(%L); RETURN%s; END', one.proname,
          CASE WHEN one.proretset THEN '' ELSE ' NULL' END));
    EXCEPTION WHEN OTHERS THEN NULL;  -- polymorphic, or of several columns
    END;
  END LOOP;
END $plant$;
"""
_AGGREGATES = """
CREATE FUNCTION public.step(pg_catalog.int8) RETURNS pg_catalog.int8 LANGUAGE plpgsql AS
  'BEGIN PERFORM public.migdoctor_trap(''count''); RETURN 0; END';
CREATE FUNCTION public.step(pg_catalog.json, pg_catalog.anyelement) RETURNS pg_catalog.json
  LANGUAGE plpgsql AS 'BEGIN PERFORM public.migdoctor_trap(''json_agg''); RETURN $1; END';
CREATE FUNCTION public.step(pg_catalog.text, pg_catalog.text, pg_catalog.text)
  RETURNS pg_catalog.text
  LANGUAGE plpgsql AS 'BEGIN PERFORM public.migdoctor_trap(''string_agg''); RETURN $1; END';
CREATE AGGREGATE public.count(*) (SFUNC = public.step, STYPE = pg_catalog.int8, INITCOND = '0');
CREATE AGGREGATE public.json_agg(pg_catalog.anyelement)
  (SFUNC = public.step, STYPE = pg_catalog.json, INITCOND = '[]');
CREATE AGGREGATE public.string_agg(pg_catalog.text, pg_catalog.text)
  (SFUNC = public.step, STYPE = pg_catalog.text, INITCOND = '');
"""
_TYPES = """
DO $plant$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY
    '{text,int4,int8,bool,oid,name,regclass,varchar,json,tid,timestamptz}'::text[]
  LOOP
    EXECUTE format('CREATE DOMAIN public.%I AS pg_catalog.%I CHECK (public.migdoctor_trap(%L))',
      one, one, 'type ' || one);
  END LOOP;
END $plant$;
"""
_RELATIONS = """
DO $plant$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT relname FROM pg_class c
    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')
      AND has_table_privilege(oid, 'SELECT')
      AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid
                      AND atttypid = 'anyarray'::regtype)
  LOOP
    EXECUTE format('CREATE VIEW public.%I AS SELECT * FROM pg_catalog.%I '
      'WHERE public.migdoctor_trap(%L)', one.relname, one.relname, 'relation ' || one.relname);
  END LOOP;
END $plant$;
CREATE TABLE public.migdoctor_keys (tab pg_catalog.text, name pg_catalog.text,
                                    definition pg_catalog.text);
INSERT INTO public.migdoctor_keys VALUES ('public.schema_migrations', 'x"; SELECT
  public.migdoctor_trap(''migdoctor_keys''); --', 'CHECK (true)');
"""
_numbers = itertools.count(1)
_PLANTS = _TRAP, _TYPED, _OPERATORS, _FUNCTIONS, _AGGREGATES, _RELATIONS, _TYPES


ROLE = "mallory"


def plant(template: Database) -> None:
    """Let a plain role plant all of it in a database that others are then copied from."""
    with template.connect() as admin:
        admin.execute(f"CREATE ROLE {ROLE}; GRANT CREATE ON SCHEMA public TO {ROLE}".encode())
        admin.execute(f"SET ROLE {ROLE}".encode())
        for part in _PLANTS:
            admin.execute(part.replace("{folder}", str(template.server.folder)).encode())


def uproot(template: Database) -> None:
    """Drop the role with all that it planted."""
    with template.connect() as admin:
        admin.execute("SET search_path = pg_catalog")
        admin.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}".encode())


@contextmanager
def planted(template: Database, path: str | None) -> Iterator[Database]:
    """Make a database where all of it is; ``path`` becomes its own search path."""
    copy = Database(template.server, f"{template.name}_{next(_numbers)}")
    with template.server.connect() as admin:
        admin.execute(f'CREATE DATABASE "{copy.name}" TEMPLATE "{template.name}"'.encode())
        if path is not None:
            admin.execute(f'ALTER DATABASE "{copy.name}" SET search_path = {path}'.encode())
    try:
        yield copy
    finally:
        with template.server.connect() as admin:
            admin.execute(f'DROP DATABASE "{copy.name}" WITH (FORCE)'.encode())


def reached(database: Database) -> list[str]:
    """What of it was reached, each once; nothing where all is well."""
    marker = database.server.folder / f"reached.{database.name}"
    return sorted(set(marker.read_text().splitlines())) if marker.exists() else []
