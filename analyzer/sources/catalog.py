"""The version table as PostgreSQL's catalogue describes it, and the queries that read it.

One set of queries serves both ways in, psycopg and psql: what they answer is JSON.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.errors import AnalyzerError, DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.version_table import TableName

if TYPE_CHECKING:
    from psycopg.sql import Composed

SETTINGS = (
    "SET LOCAL lock_timeout = '10s'",  # a migration that is running may hold the table
    "SET LOCAL row_security = off",  # an error instead of some of the rows
)
_CATALOGUE = """
SELECT pg_catalog.json_build_object(
  'database', pg_catalog.current_database(),
  'server_version', pg_catalog.current_setting('server_version_num')::int,
  'user', current_user,
  'search_path', pg_catalog.current_setting('search_path'),
  'relations', (
    SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
        'schema', n.nspname,
        'kind', c.relkind::text,
        'visible', pg_catalog.pg_table_is_visible(c.oid),
        'columns', ARRAY(
          SELECT a.attname::text FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
      ) ORDER BY n.nspname), '[]')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = {name}))"""
_ROWS = (
    "SELECT pg_catalog.array_to_json(ARRAY("
    'SELECT version::text FROM {table} ORDER BY version::text COLLATE "C"))'
)
# For psql, which cannot be asked a second question after Python has seen the first answer.
_ROWS_BY_CATALOGUE = """
SELECT pg_catalog.format({rows}, n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = {name} AND c.relkind IN ('r', 'p')
  AND CASE WHEN {schema}::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid)
           ELSE n.nspname = {schema}::text END
  AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attname = 'version' AND NOT a.attisdropped)"""
# The search path of the application that keeps this version table: its schema comes first, and
# schemas that have a version table of their own are other applications' (or other tenants').
_FOCUS = """
SELECT pg_catalog.set_config('search_path', CASE
    WHEN {schema}::text IS NULL OR EXISTS (
      SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = {schema} AND c.relname = {name} AND pg_catalog.pg_table_is_visible(c.oid))
    THEN pg_catalog.current_setting('search_path')
    ELSE pg_catalog.concat_ws(', ', pg_catalog.quote_ident({schema}), (
      SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.name), ', ' ORDER BY p.place)
      FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS p(name, place)
      WHERE p.name <> {schema} AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = p.name AND c.relname = {name} AND c.relkind IN ('r', 'p'))))
    END, true) AS focus"""

_KINDS: Mapping[str, str] = {
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
    "S": "a sequence",
    "i": "an index",
    "I": "an index",
    "c": "a composite type",
}
_TABLES = ("r", "p")
_OTHER_TOOLS: Mapping[str, str] = {"dirty": "golang-migrate", "inserted_at": "Ecto"}


@dataclass(frozen=True, slots=True)
class Relation:
    """Something in the catalogue that has the version table's name."""

    schema: str
    kind: str  # pg_class.relkind
    visible: bool  # whether the search path finds it
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a database says of itself and of every relation with the version table's name."""

    database: str
    server_version: int
    user: str
    search_path: str
    relations: tuple[Relation, ...]


def catalogue_query(table: TableName) -> "Composed":
    """Ask what the database is, and what in it has the version table's name."""
    from psycopg.sql import SQL, Literal

    return SQL(_CATALOGUE).format(name=Literal(table.name))


def rows_query(table: TableName) -> "Composed":
    """Ask for all stored versions as one JSON list, in the order of their text."""
    from psycopg.sql import SQL, Identifier

    parts = [table.schema, table.name] if table.schema else [table.name]
    return SQL(_ROWS).format(table=Identifier(*parts))


def rows_by_catalogue_query(table: TableName) -> "Composed":
    """Ask for the text of the rows query; no answer where there is no such table."""
    from psycopg.sql import SQL, Literal

    return SQL(_ROWS_BY_CATALOGUE).format(
        rows=Literal(_ROWS.format(table="%I.%I")),
        name=Literal(table.name),
        schema=Literal(table.schema),
    )


def focus_query(table: TableName) -> "Composed":
    """Make the transaction's search path that of the application that keeps a version table."""
    from psycopg.sql import SQL, Literal

    return SQL(_FOCUS).format(schema=Literal(table.schema), name=Literal(table.name))


def parse_catalogue(answer: Mapping[str, Any]) -> Catalogue:
    """Read the answer to the catalogue query."""
    relations = (
        Relation(one["schema"], one["kind"], one["visible"], tuple(one["columns"]))
        for one in answer["relations"]
    )
    return Catalogue(
        database=answer["database"],
        server_version=answer["server_version"],
        user=answer["user"],
        search_path=answer["search_path"],
        relations=tuple(relations),
    )


def choose_table(catalogue: Catalogue, table: TableName, framework: Framework) -> TableName:
    """Name the version table with its schema.

    Raises:
        DatabaseError: no such table, no table at all, or another tool's.
    """
    for relation in catalogue.relations:
        if relation.visible if table.schema is None else relation.schema == table.schema:
            found = TableName(table.name, relation.schema)
            _check_kind(found, relation, catalogue)
            check_columns(str(found), relation.columns, framework)
            return found
    raise _missing(catalogue, table)


def _check_kind(found: TableName, relation: Relation, catalogue: Catalogue) -> None:
    if relation.kind not in _TABLES:
        raise DatabaseError(
            f"{found} in {catalogue.database} is {_KINDS.get(relation.kind, 'no table')}",
            why="a version table is an ordinary table, which the framework can write to",
            fix="name the table behind it with --table SCHEMA.NAME",
        )


def check_columns(
    place: str,
    columns: Sequence[str],
    framework: Framework,
    error: type[AnalyzerError] = DatabaseError,
) -> None:
    """Make sure that the columns are this framework's: four tools share the name schema_migrations.

    Args:
        place: the table in words.
        columns: the names of its columns.
        framework: whose table it should be.
        error: what to raise.

    Raises:
        AnalyzerError: there is no column ``version``, or another tool keeps the table.
    """
    for column, tool in _OTHER_TOOLS.items():
        if column in columns and framework.name.lower() != tool.lower():
            raise error(
                f"{place} is kept by {tool}, not by {framework.name}",
                why=f"it has a column {column}, which {framework.name} never makes",
                fix=f"name the table of {framework.name} with --table SCHEMA.NAME",
            )
    if "version" not in columns:
        raise error(
            f"{place} has no column version",
            why=f"it is not a version table of {framework.name}: its columns are "
            f"{', '.join(columns) or 'none'}",
            fix="name the version table with --table SCHEMA.NAME",
        )


def _missing(catalogue: Catalogue, table: TableName) -> DatabaseError:
    where = "" if table.schema else f" on the search path {catalogue.search_path}"
    others = [
        as_option(TableName(table.name, one.schema))
        for one in catalogue.relations
        if one.kind in _TABLES
    ]
    if others:
        return DatabaseError(
            f"{catalogue.database} has no table {table}{where}",
            why=f"a table of that name is in another schema, or closed to user {catalogue.user}",
            fix=f"pass {' or '.join(others)}",
        )
    return DatabaseError(
        f"{catalogue.database} has no table {table}{where}",
        why="no migration has run in this database, or the table has another name",
        fix="check the name of the database, or name the table with --table SCHEMA.NAME",
    )


def as_option(table: TableName) -> str:
    """Write the --table option that picks this table, quoted for a shell."""
    return f"--table {shlex.quote(str(table))}"
