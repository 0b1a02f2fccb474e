"""The first question of a script that is for one database only."""

from typing import LiteralString

from analyzer.engines.postgresql.scripts.sql_frame import block
from analyzer.model.plans.plan import DatabaseHome
from analyzer.model.words.text import visible

_HOME: LiteralString = """\
DECLARE
  here text := current_database();
  number oid := (SELECT oid FROM pg_database WHERE datname = current_database());
  system text;
BEGIN
  IF {system} <> '' AND has_function_privilege('pg_control_system()', 'EXECUTE') THEN
    SELECT system_identifier::text INTO system FROM pg_control_system();
  END IF;
  IF here <> {database} OR number <> {oid} OR coalesce(system, {system}) <> {system} THEN
    RAISE EXCEPTION USING MESSAGE = {message},
      DETAIL = 'This is database ' || here || ', and not the one that was analysed. '
        || 'Nothing was changed.',
      HINT = 'Run it on its own database, or write one for this database: migdoctor rewrite.';
  END IF;
END"""


def render_home(home: DatabaseHome) -> str:
    """Stop on a database that is not the one that was analysed.

    By its name and number, and by the server's identifier where it may be read; a copy of the
    server's files has the same ones.
    """
    from psycopg import sql  # only what writes SQL pays for it

    return block(
        _HOME,
        database=sql.Literal(home.database),
        oid=sql.Literal(home.oid),
        system=sql.Literal(home.system or ""),
        message=sql.Literal(
            f"this script is for environment {visible(home.environment)}, database "
            f"{visible(home.database)}"
        ),
    )
