"""The schema that a live PostgreSQL database has, read from its catalogue in one moment."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from analyzer.engines.postgresql.access.gateway import PostgresGateway
from analyzer.engines.postgresql.access.session import PostgresSession, Row, Shown
from analyzer.engines.postgresql.catalog import schema_queries as q
from analyzer.engines.postgresql.catalog.live_columns import column_of
from analyzer.engines.postgresql.catalog.table_sizes import read_table_sizes
from analyzer.engines.postgresql.catalog.version_table_queries import focus_query, rows_query
from analyzer.engines.postgresql.words import literal
from analyzer.frameworks.base import Framework
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import RowShape, key_columns
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.schema.catalog import Catalog
from analyzer.model.schema.live_schema import LiveSchema
from analyzer.model.schema.schema import (
    Constraint,
    ConstraintKind,
    EnumType,
    ForeignKey,
    Index,
    NamedObject,
    Schema,
    Table,
    schema_of,
    usual_key,
)
from analyzer.model.schema.table_size import TableSize
from analyzer.records import Struct, field
from analyzer.sources.rows.applied import applied_rows

_TABLES = frozenset("rpf")
_OTHERS = {"v": "view", "m": "materialized_view", "S": "sequence"}
_ORDER = {1: "DESC NULLS LAST", 2: "NULLS FIRST", 3: "desc"}  # by the bits of pg_index.indoption
_ON = {"c": "cascade", "n": "nullify", "r": "restrict", "d": "default"}


def read_live_schema(
    gateway: PostgresGateway,
    framework: Framework,
    environment: str = "default",
    table: TableName | None = None,
) -> LiveSchema:
    """Read tables, types, extensions and the names of the rest, in a read-only transaction.

    Args:
        gateway: the way to the database.
        framework: whose version table says what ran; the table may be missing.
        environment: the name under which reports speak of this database.
        table: the version table, where it is not the one that the search path finds.

    Returns:
        Column types under the names of db/schema.rb. An index that is not valid is left out, as
        the database does not use it, and told in the notes.

    Raises:
        DatabaseError: unreachable, or the catalogue cannot be read.
        EnvironmentToolError: the prefix or the psql behind it does not run.
    """
    wanted = table or framework.usual_table
    with gateway.reading() as session:
        _focus(session, wanted)
        schema, notes = _schema_and_notes(session.shown(q.SCHEMA))
        database = session.ask("SELECT to_json(current_database())")
        place = f"database {database} {session.way}"
        versions = _versions(session, wanted.name, framework, Origin(environment, place))
        return LiveSchema(schema, place, versions, notes)


def _focus(session: PostgresSession, table: TableName) -> None:
    if table.schema is not None:
        session.run(focus_query(table))


def read_catalog(
    session: PostgresSession,
    versions: VersionTable,
    narrowed: Callable[[str], str] = str,
    *,
    found: bool = False,
) -> Catalog:
    """Read the schema with all that decides whether a migration can run: sizes, views and such.

    Args:
        session: in a transaction that sees one moment (REPEATABLE READ); its last question.
        versions: the version table; names are given as its application would find them.
        narrowed: `schema_queries.of_schemas`, where not all of them are wanted.
        found: whether the search path is known to find the version table.

    Raises:
        DatabaseError: the catalogue cannot be read.
    """
    first = session.shown({q.TYPES: 1, q.ANY_VIEW: 1})  # by the session's own search path
    if not found:
        _focus(session, versions.table)
    adapted = q.of_version(versions.server_version)
    beyond = q.WITH_VIEWS if first.execute(q.ANY_VIEW) else q.BEYOND
    asked = session.shown({**q.SCHEMA, **beyond}, lambda query: narrowed(adapted(query)))
    sizes = read_table_sizes(session, narrowed)
    return _catalog(asked, sizes, versions.server_version, first.execute(q.TYPES))


def _catalog(
    asked: Shown, sizes: Iterable[TableSize], server_version: int | None, types: Iterable[Row]
) -> Catalog:
    reader = _read_relations(asked)
    views: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for view, table, column in asked.execute(q.VIEW_COLUMNS):
        views[view].add((table, column))
    return Catalog(
        _schema(asked, reader),
        {size.table: size for size in sizes},
        reader.broken,
        {view: frozenset(columns) for view, columns in views.items()},
        frozenset(name for (name,) in asked.execute(q.AVAILABLE_EXTENSIONS)),
        server_version,
        frozenset(name for (name,) in types),
        reader.view_indexes(),
    )


def _schema_and_notes(catalogue: Shown) -> tuple[Schema, tuple[str, ...]]:
    """Put the catalogue's answers together, with what is to be said of them."""
    reader = _read_relations(catalogue)
    return _schema(catalogue, reader), tuple(reader.notes)


def _read_relations(asked: Shown) -> "_Catalogue":
    reader = _Catalogue({row[0]: row for row in asked.execute(q.RELATIONS)})
    reader.add_columns(asked.execute(q.COLUMNS))
    reader.add_constraints(asked.execute(q.CONSTRAINTS))
    reader.add_indexes(asked.execute(q.INDEXES))
    return reader


def _schema(asked: Shown, reader: "_Catalogue") -> Schema:
    others = reader.others()
    others += [NamedObject(*row) for row in asked.execute(q.FUNCTIONS)]
    others += reader.triggers(asked.execute(q.TRIGGERS))
    return schema_of(
        reader.tables(),
        [EnumType(name, tuple(values)) for name, values in asked.execute(q.ENUMS)],
        [name for (name,) in asked.execute(q.EXTENSIONS)],
        others,
    )


def _versions(
    session: PostgresSession, name: str, framework: Framework, origin: Origin
) -> VersionTable | None:
    column = framework.store.version_column
    first = key_columns(column)[0]
    found = session.ask(q.VERSION_TABLE.format(name=literal(name), column=literal(first)))
    if found is None or not found[1]:
        return None
    table = TableName(name, found[0])
    rows = applied_rows(
        session.ask(rows_query(table, RowShape(column))),
        framework,
        Origin(origin.environment, str(table)),
    )
    return VersionTable(origin.environment, "postgresql", origin.place, table, rows)


class _Catalogue(Struct):
    """Rows of the catalogue, put together by the oid of their relation."""

    relations: dict[Any, Row]  # by oid, a number or its digits
    columns: dict[Any, list[Row]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[Any, tuple[str, ...]] = field(default_factory=dict)
    key_names: dict[Any, str] = field(default_factory=dict)
    foreign: dict[Any, list[Row]] = field(default_factory=lambda: defaultdict(list))
    constraints: dict[Any, list[Constraint]] = field(default_factory=lambda: defaultdict(list))
    indexes: dict[Any, list[Index]] = field(default_factory=lambda: defaultdict(list))
    broken: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add_columns(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.columns[row[0]].append(row)

    def add_constraints(self, rows: Iterable[Row]) -> None:
        for row in rows:
            relation, name, kind, columns, *_, validated, definition = row
            if kind == "p":
                self.keys[relation] = tuple(columns)
                self.key_names[relation] = name
            elif kind == "f":
                self.foreign[relation].append(row)
            elif kind == "u":
                unique = Constraint(name, ConstraintKind.UNIQUE, None, tuple(columns))
                self.constraints[relation].append(unique)
            else:
                known = ConstraintKind.CHECK if kind == "c" else ConstraintKind.EXCLUSION
                checked = Constraint(name, known, definition, validated=validated)
                self.constraints[relation].append(checked)

    def add_indexes(self, rows: Iterable[Row]) -> None:
        for row in rows:
            relation, name, valid = row[0], row[1], row[4]
            if relation in self.relations and valid:
                self.indexes[relation].append(_index_of(row))
            elif relation in self.relations:
                table = self.relations[relation][1]
                self.broken[name] = table
                self.notes.append(
                    f"index {name} of table {table} counts as missing: the database does not use "
                    "it, because building it failed or has not ended (CREATE INDEX CONCURRENTLY)"
                )

    def view_indexes(self) -> dict[str, str]:
        return {
            index.name: self.relations[oid][1]
            for oid, indexes in self.indexes.items()
            for index in indexes
            if self.relations[oid][2] == "m"
        }

    def tables(self) -> list[Table]:
        return [self._table(oid) for oid, row in self.relations.items() if row[2] in _TABLES]

    def others(self) -> list[NamedObject]:
        rows = self.relations.values()
        return [NamedObject(_OTHERS[row[2]], row[1]) for row in rows if row[2] in _OTHERS]

    def triggers(self, rows: Iterable[Row]) -> list[NamedObject]:
        named = ((self.relations[oid][1], name) for oid, name in rows if oid in self.relations)
        return [NamedObject("trigger", f"{table}.{name}") for table, name in named]

    def _table(self, oid: int) -> Table:
        _, name, _, comment = self.relations[oid]
        key_name = self.key_names.get(oid)
        return Table(
            name,
            tuple(column_of(row) for row in self.columns[oid]),
            self.keys.get(oid, ()),
            tuple(self.indexes[oid]),
            tuple(self._foreign_key(row) for row in self.foreign[oid]),
            tuple(self.constraints[oid]),
            comment,
            None if key_name == usual_key(name) else key_name,
        )

    def _foreign_key(self, row: Row) -> ForeignKey:
        _, name, _, columns, other, other_columns, on_delete, on_update, validated, _ = row
        there = tuple(other_columns)
        return ForeignKey(
            name,
            tuple(columns),
            self.relations[other][1] if other in self.relations else f"oid {other}",
            () if there == self.keys.get(other) else there,
            _ON.get(on_delete),
            _ON.get(on_update),
            validated,
        )


def _index_of(row: Row) -> Index:
    _, name, unique, method, _, parts, width, expression, where, classes, bits = row
    key = tuple(parts[:width])
    ways = zip(key, map(_ORDER.get, bits), strict=False)
    return Index(
        name,
        (", ".join(key),) if expression else key,
        unique=unique,
        where=where,
        using=None if method == "btree" else method,
        include=tuple(parts[width:]),
        opclasses=tuple(classes),
        order=tuple((column, way) for column, way in ways if way is not None and not expression),
    )
