"""Statements about tables, columns, indexes and constraints."""

from collections.abc import Callable, Iterator, Mapping

from analyzer.engines.postgresql.parser.sql_columns import (
    Declared,
    column_of,
    constraint_of,
    default_of,
    index_of,
    typed,
)
from analyzer.engines.postgresql.parser.sql_node import (
    Node,
    name_of,
    opened,
    table_of,
)
from analyzer.engines.postgresql.parser.sql_renames import drop, rename
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.schema.schema import Column, Index, Table
from analyzer.records import replace

Statement = Callable[[Node, int], Iterator[Effect]]


def create_table(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE TABLE."""
    relation = fields.get("relation") or {}
    name = table_of(relation)
    columns: list[Column] = []
    declared, like = (
        Declared(),
        [table_of(opened(node)[1]) for node in fields.get("inhRelations") or ()],
    )
    for node in fields.get("tableElts") or ():
        kind, inner = opened(node)
        if kind == "ColumnDef":
            found = column_of(name, inner)
            columns.append(found.column)
            declared = declared.and_also(found.declared)
        elif kind == "Constraint":
            declared = declared.and_also(constraint_of(name, inner))
        elif kind == "TableLikeClause":
            like.append(table_of(inner.get("relation")))
    table = Table(
        name,
        tuple(columns),
        declared.primary_key,
        foreign_keys=declared.keys,
        constraints=declared.constraints,
        key_name=declared.key_name,
    )
    yield e.CreateTable(
        table,
        line,
        bool(fields.get("if_not_exists")),
        temporary=is_temporary(relation),
        like=tuple(like),
        until_commit=fields.get("oncommit") == "ONCOMMIT_DROP",
    )


def is_temporary(relation: Node) -> bool:
    """Whether a relation ends with the session: TEMPORARY, or in the schema pg_temp."""
    return relation.get("relpersistence") == "t" or relation.get("schemaname") == "pg_temp"


def create_table_as(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE TABLE AS, and CREATE MATERIALIZED VIEW."""
    into = fields.get("into") or {}
    name = table_of(into.get("rel"))
    if_not_exists = bool(fields.get("if_not_exists"))
    if fields.get("objtype") == "OBJECT_MATVIEW":
        needs = tuple(sorted(tables_in(fields.get("query") or {})))
        yield e.CreateObject("materialized_view", name, line, needs, if_not_exists=if_not_exists)
        return
    yield e.CreateTable(
        Table(name),
        line,
        if_not_exists,
        temporary=is_temporary(into.get("rel") or {}),
        query="CREATE TABLE AS",
        until_commit=into.get("onCommit") == "ONCOMMIT_DROP",
    )


def tables_in(node: object) -> set[str]:
    """All tables that a statement names, without those that it defines itself (WITH)."""
    found: set[str] = set()
    own: set[str] = set()
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if isinstance(item.get("RangeVar"), dict):
                found.add(table_of(item["RangeVar"]))
            if isinstance(item.get("CommonTableExpr"), dict):
                own.add(str(item["CommonTableExpr"].get("ctename", "")))
            if isinstance(item.get("relation"), dict):
                found.add(table_of(item["relation"]))
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return found - own - {""}


def create_index(fields: Node, line: int) -> Iterator[Effect]:
    """CREATE INDEX."""
    table = table_of(fields.get("relation"))
    passes, concurrently = bool(fields.get("if_not_exists")), bool(fields.get("concurrent"))
    yield e.AddIndex(table, index_of(fields), line, passes, concurrently)


def alter_table(fields: Node, line: int) -> Iterator[Effect]:
    """ALTER TABLE, one effect or more for each of its commands."""
    kind = str(fields.get("objtype") or "OBJECT_TABLE")
    if kind not in {"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"}:
        yield e.ChangeOther(
            f"ALTER {kind.removeprefix('OBJECT_').replace('MATV', 'MATERIALIZED V')}", line
        )
        return
    table = table_of(fields.get("relation"))
    for node in fields.get("cmds") or ():
        command = opened(node)[1]
        change = _CHANGES.get(str(command.get("subtype", "AT_AddColumn")))
        if change is not None:
            yield from change(table, command, line)
        elif command.get("subtype") in _HARMLESS:
            yield e.ChangeOther(f"ALTER TABLE {table}", line)
        else:
            subtype = str(command.get("subtype")).removeprefix("AT_")
            yield e.Opaque(
                f"ALTER TABLE {table}: {subtype}",
                line,
                "not followed in the schema",
                within=table,
            )


_HARMLESS = frozenset(
    """
    AT_SetStatistics AT_SetStorage AT_SetOptions AT_ResetOptions AT_ClusterOn AT_ChangeOwner
    AT_SetLogged AT_SetUnLogged AT_SetRelOptions AT_ResetRelOptions AT_ReplicaIdentity
    AT_EnableTrig AT_DisableTrig AT_EnableTrigAll AT_DisableTrigAll AT_EnableTrigUser
    AT_DisableTrigUser AT_EnableAlwaysTrig AT_EnableReplicaTrig AT_EnableRowSecurity
    AT_DisableRowSecurity AT_ForceRowSecurity AT_NoForceRowSecurity AT_SetTableSpace
    AT_AddIdentity AT_SetIdentity AT_DropIdentity AT_SetCompression
    AT_AlterConstraint AT_DropCluster AT_SetAccessMethod AT_EnableRule AT_DisableRule
    """.split()  # noqa: SIM905  words read better without quotes
)


def _added(table: str, command: Node, line: int) -> Iterator[Effect]:
    definition = opened(command.get("def"))[1]
    mysql = _mysql_index(definition)
    if mysql is not None:
        yield e.AddIndex(table, mysql, line)
        return
    found = column_of(table, definition)
    name = found.column.name
    is_key = name in found.declared.primary_key
    yield e.AddColumn(table, found.column, line, bool(command.get("missing_ok")), is_key)
    yield from _declared(table, found.declared, line, with_key=False)


def _mysql_index(definition: Node) -> Index | None:
    """MySQL's ADD INDEX name (columns), which PostgreSQL reads as a column named index."""
    type_name = definition.get("typeName") or {}
    columns = [name_of(opened(node)[1].get("fields")) for node in type_name.get("typmods") or ()]
    if str(definition.get("colname", "")).lower() not in {"index", "key"} or not all(columns):
        return None
    return Index(name_of(type_name.get("names")), tuple(columns)) if columns else None


def _declared(table: str, declared: Declared, line: int, *, with_key: bool) -> Iterator[Effect]:
    if declared.primary_key and with_key:
        yield e.AddPrimaryKey(table, declared.primary_key, line, declared.key_name)
    for key in declared.keys:
        yield e.AddForeignKey(table, key, line)
    for constraint in declared.constraints:
        yield e.AddConstraint(table, constraint, line)


def _constrained(table: str, command: Node, line: int) -> Iterator[Effect]:
    fields = opened(command.get("def"))[1]
    using = fields.get("indexname")
    if using and fields.get("contype") == "CONSTR_PRIMARY":
        yield e.Opaque(
            f"PRIMARY KEY USING INDEX {using}",
            line,
            "its columns are those of the index",
            within=table,
        )
        return
    for effect in _declared(table, constraint_of(table, fields), line, with_key=True):
        if isinstance(effect, e.AddConstraint):
            yield replace(
                effect,
                using_index=str(using) if using else None,
                validated=not fields.get("skip_validation"),
            )
        else:
            yield effect


def _dropped(table: str, command: Node, line: int) -> Iterator[Effect]:
    name, if_exists = str(command.get("name")), bool(command.get("missing_ok"))
    yield e.RemoveColumn(table, name, line, if_exists, cascade=_cascades(command))


def _cascades(command: Node) -> bool:
    return command.get("behavior") == "DROP_CASCADE"


def _retyped(table: str, command: Node, line: int) -> Iterator[Effect]:
    definition = opened(command.get("def"))[1]
    column = typed(str(command.get("name")), definition.get("typeName") or {})
    sizes, using = frozenset({"limit", "precision", "scale", "array"}), "raw_default" in definition
    yield e.ChangeColumn(table, column, line, sizes, using)


def _defaulted(table: str, command: Node, line: int) -> Iterator[Effect]:
    given = command.get("def")
    default = default_of(given) if given else None
    yield e.ChangeDefault(table, str(command.get("name")), default, line)


def _nullable(table: str, command: Node, line: int) -> Iterator[Effect]:
    null = command.get("subtype") == "AT_DropNotNull"
    yield e.ChangeNull(table, str(command.get("name")), null, line)


def _unconstrained(table: str, command: Node, line: int) -> Iterator[Effect]:
    name, if_exists = str(command.get("name")), bool(command.get("missing_ok"))
    cascade = _cascades(command)
    yield e.RemoveConstraint(table, name, line, if_exists=if_exists, cascade=cascade)


def _validated(table: str, command: Node, line: int) -> Iterator[Effect]:
    yield e.ValidateConstraint(table, line, str(command.get("name")))


_CHANGES: Mapping[str, Callable[[str, Node, int], Iterator[Effect]]] = {
    "AT_AddColumn": _added,
    "AT_AddConstraint": _constrained,
    "AT_DropColumn": _dropped,
    "AT_AlterColumnType": _retyped,
    "AT_ColumnDefault": _defaulted,
    "AT_SetNotNull": _nullable,
    "AT_DropNotNull": _nullable,
    "AT_DropConstraint": _unconstrained,
    "AT_ValidateConstraint": _validated,
}


STATEMENTS: Mapping[str, Statement] = {
    "CreateStmt": create_table,
    "CreateForeignTableStmt": lambda fields, line: create_table(fields.get("base") or fields, line),
    "CreateTableAsStmt": create_table_as,
    "IndexStmt": create_index,
    "AlterTableStmt": alter_table,
    "RenameStmt": rename,
    "DropStmt": drop,
}
