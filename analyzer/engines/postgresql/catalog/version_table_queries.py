"""The version table as PostgreSQL's catalogue describes it, and the queries that read it."""

from collections.abc import Mapping
from typing import Any

from analyzer import limits
from analyzer.engines.postgresql.access.pinned_settings import KEPT_PATH, KEPT_SCHEMAS, VISIBLE
from analyzer.engines.postgresql.access.table_guard import FOREIGN_PARTS, FOREIGN_TYPE, PLANNED
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.table_row import ONLY_VERSIONS, RowShape, joint, key_columns
from analyzer.model.core.version_table import NOTES_TABLE, TableName
from analyzer.records import Struct
from analyzer.sources.rows.version_columns import as_option, check_columns

_PARTS: Mapping[str, str] = {
    "VISIBLE_": VISIBLE,
    "KEPT_PATH_": KEPT_PATH,
    "KEPT_SCHEMAS_": KEPT_SCHEMAS,
    "FOREIGN_": FOREIGN_PARTS,
    "TYPE_": FOREIGN_TYPE,
    "PLANNED_": PLANNED,
}


def _complete(query: str) -> str:
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
_NOTES = """
SELECT pg_catalog.to_json(EXISTS (
  SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = {schema} AND c.relname = {name}))"""
_ROWS = (
    "SELECT pg_catalog.array_to_json(ARRAY("
    "SELECT {row} FROM {table} "
    'ORDER BY {column}::text COLLATE "C" LIMIT {most}))'
)
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


class Relation(Struct, frozen=True):
    """Something in the catalogue that has the version table's name."""

    schema: str
    kind: str  # pg_class.relkind
    visible: bool  # whether the search path finds it
    columns: tuple[str, ...]
    foreign: str | None = None  # foreign tables that hold some of its rows
    type: str | None = None  # of the column version, where another role made it
    planned: str | None = None  # functions of other roles that a look at it would call


class Catalogue(Struct, frozen=True):
    """What a database says of itself and of every relation with the version table's name."""

    database: str
    server_version: int
    user: str
    search_path: str
    relations: tuple[Relation, ...]


def catalogue_query(table: TableName) -> str:
    """Ask what the database is, and what in it has the version table's name."""
    return _CATALOGUE.format(name=literal(table.name))


def notes_query(table: TableName) -> str:
    """Ask whether there is a table of notes beside a version table."""
    return _NOTES.format(schema=literal(table.schema), name=literal(NOTES_TABLE))


def rows_query(table: TableName, shape: RowShape = ONLY_VERSIONS) -> str:
    """Ask for all stored versions as one JSON list, in the order of their text.

    Of rows, and of a version's characters, one more than is allowed, so that it shows. Of rows
    that hold more than a version a list each.
    """
    column = _column(shape.version)
    version = f"pg_catalog.left({column}::text, {limits.VERSION_TEXT.most + 1})"
    others = "".join(f", {_column(name)}::text" for name in shape.columns)
    return _ROWS.format(
        row=f"pg_catalog.json_build_array({version}{others})" if others else version,
        column=column,
        table=identifier(*filter(None, (table.schema, table.name))),
        most=limits.DATABASE_ROWS.most + 1,
    )


def _column(name: str) -> str:
    """A column, or the text that several make up together."""
    first, *others = (it if it == "version" else identifier(it) for it in key_columns(name))
    if not others:
        return first
    between = f" OPERATOR(pg_catalog.||) {literal(joint(name))} OPERATOR(pg_catalog.||) "
    texts = between.join(f"{it}::pg_catalog.text" for it in (first, *others))
    return f"({texts})"


def shape_of(catalogue: Catalogue, found: TableName, framework: Framework) -> RowShape:
    """The columns of a version table that make up its rows."""
    store = framework.store
    (columns,) = (it.columns for it in catalogue.relations if it.schema == found.schema)
    return RowShape(store.version_column, store.kept(columns), store.nulls)


def focus_query(table: TableName) -> str:
    """Make the transaction's search path that of the application that keeps a version table."""
    return _FOCUS.format(schema=literal(table.schema), name=literal(table.name))


def finds(catalogue: Catalogue, table: TableName) -> bool:
    """Whether the search path finds a table, so that it needs no `focus_query`."""
    return any(it.visible and it.schema == table.schema for it in catalogue.relations)


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


def is_nowhere(catalogue: Catalogue) -> bool:
    """Whether nothing in the database has the version table's name: no migration ever ran."""
    return not catalogue.relations


def others_of(
    catalogue: Catalogue, found: TableName | None, framework: Framework
) -> tuple[str, ...]:
    """Further schemas that have a version table of this framework, by name."""
    store = framework.store
    wanted = {*key_columns(store.version_column), *store.required}
    return tuple(
        sorted(
            it.schema
            for it in catalogue.relations
            if it.kind in _TABLES
            and wanted.issubset(it.columns)
            and framework.store.keeper(it.columns) is None
            and (found is None or it.schema != found.schema)
        )
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
            fix="name the table behind it with --version-table SCHEMA.NAME",
        )
    if relation.foreign is not None:
        raise DatabaseError(
            f"{found} in {catalogue.database} has rows in foreign tables: {relation.foreign}",
            why="another server, or a program, would be asked for them with this user's rights",
            fix="detach them with ALTER TABLE ... DETACH PARTITION or NO INHERIT, or pass the rows "
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
            why=f"such a table is in another schema, or not visible to user {catalogue.user}",
            fix=f"pass {' or '.join(others)}",
        )
    return DatabaseError(
        f"{catalogue.database} has no table {table}{where}",
        why="no migration has run in this database, or the table has another name",
        fix="check the name of the database, or name the table with --version-table SCHEMA.NAME",
    )
