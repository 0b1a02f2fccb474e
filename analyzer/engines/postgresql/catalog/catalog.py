"""The version table as PostgreSQL's catalogue describes it, and the queries that read it.

One set of queries serves both ways in, psycopg and psql: what they answer is JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from analyzer import limits
from analyzer.engines.postgresql.access.pinned import KEPT_PATH, KEPT_SCHEMAS, VISIBLE
from analyzer.engines.postgresql.access.table_guard import FOREIGN_PARTS, FOREIGN_TYPE, PLANNED
from analyzer.errors import AnalyzerError, DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.shell_word import shell_word
from analyzer.model.core.version_table import TableName

if TYPE_CHECKING:
    from psycopg.sql import Composed

_PARTS: Mapping[str, LiteralString] = {
    "VISIBLE_": VISIBLE,
    "KEPT_PATH_": KEPT_PATH,
    "KEPT_SCHEMAS_": KEPT_SCHEMAS,
    "FOREIGN_": FOREIGN_PARTS,
    "TYPE_": FOREIGN_TYPE,
    "PLANNED_": PLANNED,
}


def _complete(query: LiteralString) -> LiteralString:
    """Put the conditions into a query in the places of their names."""
    for name, part in _PARTS.items():
        query = query.replace(name, part)
    return query


_CATALOGUE = _complete("""
SELECT pg_catalog.json_build_object(
  'database', pg_catalog.current_database(),
  'server_version', pg_catalog.current_setting('server_version_num')::int,
  'user', current_user,
  'search_path', pg_catalog.current_setting('KEPT_PATH_'),
  'relations', (
    SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
        'schema', n.nspname,
        'kind', c.relkind::text,
        'visible', VISIBLE_,
        'foreign', FOREIGN_,
        'type', TYPE_,
        'planned', PLANNED_,
        'columns', ARRAY(
          SELECT a.attname::text FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
      ) ORDER BY n.nspname), '[]')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = {name} AND c.relpersistence <> 't'))""")
_ROWS = (
    "SELECT pg_catalog.array_to_json(ARRAY("
    "SELECT pg_catalog.left(version::text, {longest}) FROM {table} "
    'ORDER BY version::text COLLATE "C" LIMIT {most}))'
)
# For psql, which cannot be asked a second question after Python has seen the first answer.
_ROWS_BY_CATALOGUE = _complete("""
SELECT pg_catalog.format({rows}, n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = {name} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND CASE WHEN {schema}::text IS NULL THEN VISIBLE_
           ELSE n.nspname = {schema}::text END
  AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attname = 'version' AND NOT a.attisdropped)
  AND FOREIGN_ IS NULL AND TYPE_ IS NULL AND PLANNED_ IS NULL""")
# The search path of the application that keeps this version table: its schema comes first, and
# schemas that have a version table of their own are other applications' (or other tenants').
_FOCUS = _complete("""
SELECT set_config('KEPT_PATH_', focus.path, true),
       set_config('KEPT_SCHEMAS_', focus.schemas::text, true)
FROM (
  SELECT string_agg(quote_ident(name), ', ' ORDER BY place) FILTER (WHERE name !~ '^pg_') AS path,
         array_agg(name ORDER BY place) AS schemas
  FROM (
    SELECT {schema}::name AS name, 0.5::float8 AS place
    UNION ALL
    SELECT p.name, CASE WHEN p.name ~ '^pg_' THEN -1 / p.place::float8 ELSE p.place::float8 END
    FROM unnest(current_setting('KEPT_SCHEMAS_')::name[]) WITH ORDINALITY AS p(name, place)
    WHERE p.name <> {schema} AND NOT EXISTS (
      SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = p.name AND c.relname = {name} AND c.relkind IN ('r', 'p'))
  ) AS parts
) AS focus
WHERE NOT EXISTS (
  SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = {schema} AND c.relname = {name} AND VISIBLE_)""")

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
    foreign: str | None = None  # foreign tables that hold some of its rows
    type: str | None = None  # of the column version, where another role made it
    planned: str | None = None  # functions of other roles that a look at it would call


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
    return SQL(_ROWS).format(
        table=Identifier(*parts), longest=SQL(str(_longest())), most=SQL(str(_most()))
    )


def _most() -> int:
    """One row more than is allowed, so that it shows."""
    return limits.DATABASE_ROWS.most + 1


def _longest() -> int:
    return limits.VERSION_TEXT.most + 1


def rows_by_catalogue_query(table: TableName) -> "Composed":
    """Ask for the text of the rows query; no answer where there is no such table."""
    from psycopg.sql import SQL, Literal

    return SQL(_ROWS_BY_CATALOGUE).format(
        rows=Literal(_ROWS.format(table="%I.%I", longest=_longest(), most=_most())),
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
        Relation(
            one["schema"],
            one["kind"],
            one["visible"],
            tuple(one["columns"]),
            one["foreign"],
            one["type"],
            one["planned"],
        )
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
    if relation.foreign is not None:
        raise DatabaseError(
            f"{found} in {catalogue.database} has rows in foreign tables: {relation.foreign}",
            why="another server, or a program, would be asked for them with this user's rights",
            fix="part them with ALTER TABLE ... DETACH PARTITION or NO INHERIT, or pass the rows "
            "from a file with --rows",
        )
    if relation.planned is not None:
        raise DatabaseError(
            f"an index of {found} in {catalogue.database} calls {relation.planned}",
            why="the function is another role's, and PostgreSQL would call it with this user's "
            "rights, already when it plans how to read the rows",
            fix="drop that index, read as the function's owner, or pass the rows from a file with "
            "--rows",
        )
    if relation.type is not None:
        raise DatabaseError(
            f"the column version of {found} in {catalogue.database} is of type {relation.type}",
            why="to read such a column may call functions of that type's owner",
            fix="ALTER TABLE ... ALTER COLUMN version TYPE character varying, or pass the rows "
            "from a file with --rows",
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
    return f"--table {shell_word(str(table))}"
