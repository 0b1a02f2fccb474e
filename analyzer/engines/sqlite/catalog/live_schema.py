"""The schema that an SQLite file has, read at one moment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analyzer import limits
from analyzer.engines.sqlite.access.gateway import SqliteGateway
from analyzer.engines.sqlite.access.session import SqliteSession
from analyzer.engines.sqlite.access.version_table import columns_of, read_version_table
from analyzer.engines.sqlite.catalog.definitions import (
    checks_in,
    collations_in,
    default_of,
    elements_of,
    generated_in,
    key_names_in,
    type_of,
    unique_names_in,
    where_of,
)
from analyzer.engines.sqlite.catalog.table_sizes import read_sizes
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import TableName
from analyzer.model.schema.catalog import Catalog
from analyzer.model.schema.live_schema import LiveSchema
from analyzer.model.schema.schema import (
    Column,
    Constraint,
    ConstraintKind,
    ForeignKey,
    Index,
    NamedObject,
    Schema,
    Table,
    schema_of,
)

Row = Mapping[str, Any]
_OWN = "m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_PLAIN = f"m.type = 'table' AND {_OWN} AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
_OBJECTS = f"SELECT m.type, m.name, m.tbl_name, m.sql FROM sqlite_master m WHERE {_OWN}"  # noqa: S608  ours
_COLUMNS = (
    'SELECT m.name AS "table", c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden '  # noqa: S608  ours
    f"FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE {_PLAIN} ORDER BY m.name, c.cid"
)
_INDEXES = (
    'SELECT m.name AS "table", i.name, i."unique", i.origin, s.sql FROM sqlite_master m, '  # noqa: S608  ours
    "pragma_index_list(m.name) i LEFT JOIN sqlite_master s ON s.type = 'index' AND "
    f"s.name = i.name WHERE {_PLAIN} ORDER BY m.name, i.name"
)
_PARTS = (
    'SELECT i.name AS "index", p.name, p.desc, p.cid FROM sqlite_master m, '  # noqa: S608  ours
    "pragma_index_list(m.name) i, pragma_index_xinfo(i.name) p "
    f"WHERE {_PLAIN} AND p.key ORDER BY i.name, p.seqno"
)
_KEYS = (
    'SELECT m.name AS "table", k.id, k."table" AS other, k."from" AS here, k."to" AS there, '  # noqa: S608  ours
    "k.on_update, k.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) k "
    f"WHERE {_PLAIN} ORDER BY m.name, k.id, k.seq"
)
_ON = {
    "CASCADE": "cascade",
    "SET NULL": "nullify",
    "RESTRICT": "restrict",
    "SET DEFAULT": "default",
}
_STORED = (0, 1)  # table_xinfo's hidden: 2 and 3 are computed
_EXPRESSION = -2  # index_xinfo's cid


def read_live_schema(
    gateway: SqliteGateway,
    framework: Framework,
    environment: str = "default",
    table: TableName | None = None,
) -> LiveSchema:
    """Read tables, indexes and the names of the rest.

    Raises:
        DatabaseError: unreachable, or the catalogue cannot be read.
        EnvironmentToolError: the prefix or the client behind it does not run.
    """
    wanted = table or framework.usual_table
    with gateway.reading() as session:
        schema = read_schema(session)
        there = columns_of(session, wanted) is not None
    versions = read_version_table(gateway, wanted, framework, environment) if there else None
    place = f"database {gateway.address.path}"
    return LiveSchema(schema, f"{place} {session.way}" if gateway.prefix else place, versions)


def read_catalog(session: SqliteSession, server_version: int | None) -> Catalog:
    """Read the schema with all that decides whether a migration can run.

    Raises:
        DatabaseError: the catalogue cannot be read.
    """
    schema = read_schema(session)
    ordinary = [name for name, table in schema.tables.items() if table.columns]
    sizes = {size.table: size for size in read_sizes(session, sorted(ordinary))}
    return Catalog(schema, sizes, server_version=server_version)


def read_schema(session: SqliteSession) -> Schema:
    """Read the schema, in the session's transaction."""
    objects = _few(session.rows(_OBJECTS))
    columns = _by_table(_few(session.rows(_COLUMNS)))
    keys = _by_table(_few(session.rows(_KEYS)))
    indexes = _by_table(_few(session.rows(_INDEXES)))
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in _few(session.rows(_PARTS)):
        parts[row["index"]].append(row)
    tables = [
        _table(row, columns[row["name"]], keys[row["name"]], indexes[row["name"]], parts)
        for row in objects
        if row["type"] == "table" and not _is_shadow(row["name"], objects)
    ]
    return schema_of(tables, others=_others(objects))


def _few(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(rows) > limits.CATALOGUE_ROWS.most:
        raise limits.CATALOGUE_ROWS.exceeded(DatabaseError, "the database")
    return rows


def _by_table(rows: Iterable[Row]) -> "defaultdict[str, list[Row]]":
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["table"]].append(row)
    return found


def _is_shadow(name: str, objects: Iterable[Row]) -> bool:
    """Whether a table is where a virtual one keeps its data."""
    return any(
        name.startswith(f"{row['name']}_")
        for row in objects
        if row["type"] == "table" and str(row["sql"]).upper().startswith("CREATE VIRTUAL")
    )


def _others(objects: Iterable[Row]) -> Iterator[NamedObject]:
    for row in objects:
        if row["type"] == "view":
            yield NamedObject("view", row["name"])
        elif row["type"] == "trigger":
            yield NamedObject("trigger", f"{row['tbl_name']}.{row['name']}")


def _table(
    row: Row,
    columns: list[Row],
    keys: list[Row],
    indexes: list[Row],
    parts: Mapping[str, list[Row]],
) -> Table:
    name, text = row["name"], row["sql"] or ""
    computed = generated_in(text) if any(it["hidden"] not in _STORED for it in columns) else {}
    collations = collations_in(text)
    names = unique_names_in(text)
    unique = (
        Constraint(names.get(held) or _unique_name(name, held), ConstraintKind.UNIQUE, None, held)
        for it in indexes
        if it["origin"] == "u"
        for held in (tuple(str(part["name"]) for part in parts[it["name"]]),)
    )
    return Table(
        name,
        tuple(_column(it, computed, collations) for it in columns if it["hidden"] != 1),
        tuple(it["name"] for it in sorted(columns, key=lambda it: int(it["pk"])) if it["pk"]),
        tuple(_index(it, parts[it["name"]]) for it in indexes if it["origin"] == "c"),
        tuple(_foreign_keys(name, keys, key_names_in(text))),
        (*checks_in(name, text), *unique),
    )


def _unique_name(table: str, columns: Iterable[str]) -> str:
    """A name for what has none, as the SQL reader gives it."""
    return f"{table}_{'_'.join(columns)}_key"


def _column(row: Row, computed: Mapping[str, str], collations: Mapping[str, str]) -> Column:
    kind, limit, precision, scale = type_of(row["type"])
    return Column(
        row["name"],
        kind,
        null=not row["notnull"],
        default=default_of(row["dflt_value"], kind),
        limit=limit,
        precision=precision,
        scale=scale,
        generated=computed.get(row["name"]),
        collation=collations.get(row["name"]),
    )


def _index(row: Row, parts: list[Row]) -> Index:
    text = row["sql"] or ""
    columns = tuple(str(it["name"]) for it in parts)
    if any(it["cid"] == _EXPRESSION for it in parts):
        columns = (elements_of(text),)
    plain = len(columns) == len(parts)
    order = ((str(it["name"]), "desc") for it in parts if it["desc"] and plain)
    return Index(
        row["name"],
        columns,
        unique=bool(row["unique"]),
        where=where_of(text),
        order=tuple(order),
    )


def _foreign_keys(
    table: str, rows: list[Row], names: Mapping[tuple[str, ...], str]
) -> Iterator[ForeignKey]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(row)
    for parts in found.values():
        columns = tuple(str(it["here"]) for it in parts)
        there = tuple(str(it["there"]) for it in parts if it["there"] is not None)
        yield ForeignKey(
            names.get(columns) or f"{table}_{'_'.join(columns)}_fkey",
            columns,
            parts[0]["other"],
            () if there == ("id",) else there,
            _ON.get(parts[0]["on_delete"]),
            _ON.get(parts[0]["on_update"]),
        )
