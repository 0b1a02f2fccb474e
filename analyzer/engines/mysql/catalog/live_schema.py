"""The schema that a MySQL database has, read at one moment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analyzer import limits
from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.access.version_table import columns_of, read_version_table
from analyzer.engines.mysql.catalog.definitions import default_of, type_of
from analyzer.engines.mysql.words import identifier, literal
from analyzer.errors import DatabaseError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.schema.catalog import Catalog
from analyzer.model.schema.live_schema import LiveSchema
from analyzer.model.schema.schema import (
    Column,
    ForeignKey,
    Index,
    NamedObject,
    Schema,
    Table,
    schema_of,
)
from analyzer.model.schema.table_size import TableSize

Row = Mapping[str, Any]
_TABLES = (
    "SELECT table_name AS `table`, table_type AS kind, table_rows AS n, "
    "coalesce(data_length, 0) + coalesce(index_length, 0) AS size "
    "FROM information_schema.tables WHERE table_schema = database() ORDER BY table_name"
)
_COLUMNS = (
    "SELECT table_name AS `table`, column_name AS name, column_type AS type, "
    "is_nullable AS nullable, column_default AS value, extra AS extra, "
    "generation_expression AS generated FROM information_schema.columns "
    "WHERE table_schema = database() ORDER BY table_name, ordinal_position"
)
_INDEXES = (
    "SELECT table_name AS `table`, index_name AS name, non_unique AS many, "
    "column_name AS col, collation AS direction, index_type AS kind, sub_part AS length "
    "FROM information_schema.statistics WHERE table_schema = database() "
    "ORDER BY table_name, index_name, seq_in_index"
)
_KEYS = (
    "SELECT k.table_name AS `table`, k.constraint_name AS name, k.column_name AS here, "
    "k.referenced_table_name AS other, k.referenced_column_name AS there, "
    "r.delete_rule AS on_delete, r.update_rule AS on_update "
    "FROM information_schema.key_column_usage k "
    "JOIN information_schema.referential_constraints r "
    "ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name "
    "AND r.table_name = k.table_name WHERE k.table_schema = database() "
    "AND k.referenced_table_name IS NOT NULL "
    "ORDER BY k.table_name, k.constraint_name, k.ordinal_position"
)
_TRIGGERS = (
    "SELECT event_object_table AS `table`, trigger_name AS name "
    "FROM information_schema.triggers WHERE trigger_schema = database()"
)
_ROUTINES = (
    "SELECT lower(routine_type) AS kind, routine_name AS name "
    "FROM information_schema.routines WHERE routine_schema = database()"
)
_ON = {"CASCADE": "cascade", "SET NULL": "nullify"}  # RESTRICT is what is meant without a word
_PRIMARY = "PRIMARY"
_WHOLE = ("fulltext", "spatial")  # their lengths are the server's own
_AT_ONCE = 100  # tables in one question


def read_live_schema(
    gateway: MysqlGateway,
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
        place = f"database {gateway.address.database} {session.way}"
        case = _tells_tables_apart(session)
    versions = read_version_table(gateway, wanted, framework, environment) if there else None
    return LiveSchema(schema, place, versions, table_case=case)


def read_catalog(session: MysqlSession, versions: VersionTable) -> Catalog:
    """Read the schema with all that decides whether a migration can run.

    Args: versions: the version table, which was read before.

    Raises:
        DatabaseError: the catalogue cannot be read.
    """
    schema = read_schema(session)
    sizes = {size.table: size for size in _sizes(session)}
    version, database = versions.server_version, versions.database or ""
    return Catalog(
        schema,
        sizes,
        server_version=version,
        database=database,
        table_case=_tells_tables_apart(session),
    )


def _tells_tables_apart(session: MysqlSession) -> bool:
    """Whether names of tables that differ in case only are two."""
    (case,) = session.column("SELECT @@lower_case_table_names AS way")
    return int(case) == 0


def _sizes(session: MysqlSession) -> Iterator[TableSize]:
    """Say of each table whether it holds rows, and by the server's estimate how many."""
    tables = [row for row in _asked(session, _TABLES) if "VIEW" not in str(row["kind"])]
    for start in range(0, len(tables), _AT_ONCE):
        part = tables[start : start + _AT_ONCE]
        asked = " UNION ALL ".join(
            f"SELECT {literal(row['table'])} AS `table`, "  # noqa: S608  quoted
            f"EXISTS (SELECT 1 FROM {identifier(row['table'])}) AS some"
            for row in part
        )
        filled = {str(row["table"]): bool(int(row["some"])) for row in session.rows(asked)}
        for row in part:
            size, some = int(row["size"] or 0), filled.get(str(row["table"]), True)
            number = max(int(row["n"] or 0), 1) if some else 0
            yield TableSize(str(row["table"]), number, size, max(size, 1) if some else 0)


def read_schema(session: MysqlSession) -> Schema:
    """Read the schema, in the session's transaction."""
    quoted = "MariaDB" in str(session.column("SELECT version() AS version")[0])
    columns = _by_table(_asked(session, _COLUMNS))
    indexes = _by_table(_asked(session, _INDEXES))
    keys = _by_table(_asked(session, _KEYS))
    found = _asked(session, _TABLES)
    tables = [
        _table(name, columns[name], indexes[name], keys[name], quoted=quoted)
        for name in (str(row["table"]) for row in found if "VIEW" not in str(row["kind"]))
    ]
    views = [NamedObject("view", str(it["table"])) for it in found if "VIEW" in str(it["kind"])]
    triggers = [
        NamedObject("trigger", f"{row['table']}.{row['name']}")
        for row in _asked(session, _TRIGGERS)
    ]
    routines = [
        NamedObject(str(row["kind"]), str(row["name"])) for row in _asked(session, _ROUTINES)
    ]
    return schema_of(tables, others=[*views, *triggers, *routines])


def _asked(session: MysqlSession, query: str) -> list[dict[str, Any]]:
    """Ask the catalogue; one row more than is allowed shows."""
    rows = session.rows(f"{query} LIMIT {limits.CATALOGUE_ROWS.most + 1}")
    if len(rows) > limits.CATALOGUE_ROWS.most:
        raise limits.CATALOGUE_ROWS.exceeded(DatabaseError, "the database")
    return rows


def _by_table(rows: Iterable[Row]) -> "defaultdict[str, list[Row]]":
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row["table"])].append(row)
    return found


def _table(
    name: str, columns: list[Row], indexes: list[Row], keys: list[Row], *, quoted: bool
) -> Table:
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in indexes:
        by_name[str(row["name"])].append(row)
    primary = tuple(str(row["col"]) for row in by_name.pop(_PRIMARY, []))
    foreign = tuple(_foreign_keys(keys))
    made = {key.name for key in foreign}  # the index that a foreign key makes for itself
    return Table(
        name,
        tuple(_column(row, quoted=quoted) for row in columns),
        primary,
        tuple(_index(parts) for index, parts in by_name.items() if index not in made),
        foreign,
    )


def _column(row: Row, *, quoted: bool) -> Column:
    kind, limit, precision, scale = type_of(str(row["type"]))
    return Column(
        str(row["name"]),
        kind,
        null=str(row["nullable"]) == "YES",
        default=default_of(row["value"], kind, str(row["extra"] or ""), quoted=quoted),
        limit=limit,
        precision=precision,
        scale=scale,
        generated=str(row["generated"]) if row["generated"] else None,
    )


def _index(parts: list[Row]) -> Index:
    first = parts[0]
    columns = tuple(str(it["col"]) for it in parts)
    order = ((str(it["col"]), "desc") for it in parts if it["direction"] == "D")
    kind = str(first["kind"]).lower()
    sized = [it for it in parts if it["length"] is not None and kind not in _WHOLE]
    return Index(
        str(first["name"]),
        columns,
        unique=int(first["many"]) == 0,
        using=None if kind == "btree" else kind,
        order=tuple(order),
        lengths=tuple((str(it["col"]), int(it["length"])) for it in sized),
    )


def _foreign_keys(rows: list[Row]) -> Iterator[ForeignKey]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row["name"])].append(row)
    for name, parts in found.items():
        there = tuple(str(it["there"]) for it in parts)
        yield ForeignKey(
            name,
            tuple(str(it["here"]) for it in parts),
            str(parts[0]["other"]),
            () if there == ("id",) else there,
            _ON.get(str(parts[0]["on_delete"])),
            _ON.get(str(parts[0]["on_update"])),
        )
