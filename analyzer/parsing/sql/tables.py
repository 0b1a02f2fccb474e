"""Statements about tables, columns, indexes and what is known by name."""

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.schema.schema import Table
from analyzer.parsing.sql.columns import (
    Declaration,
    column_of,
    constraint_of,
    index_of,
    typed,
)
from analyzer.parsing.sql.dialect import Dialect
from analyzer.parsing.sql.pieces import SqlPiece
from analyzer.parsing.sql.syntax_tree import Node, default_of, name_of, names_of, tables_in

Statement = Callable[[Node, SqlPiece, Dialect], Iterator[Effect]]


def create(node: Node, piece: SqlPiece, dialect: Dialect) -> Iterator[Effect]:
    """CREATE of a table, an index, a view or anything else."""
    match str(node.args.get("kind") or "").upper():
        case "TABLE":
            yield from _create_table(node, piece, dialect)
        case "INDEX":
            index = index_of(node, dialect, piece.marks.get("USING"))
            passes = bool(node.args.get("exists"))
            yield e.AddIndex(name_of(node.this.args.get("table")), index, piece.line, passes)
        case "VIEW":
            needs = tuple(sorted(tables_in(node) - {name_of(node.this)}))
            replaces, passes = bool(node.args.get("replace")), bool(node.args.get("exists"))
            yield e.CreateObject("view", name_of(node.this), piece.line, needs, replaces, passes)
        case kind:
            replaces = bool(node.args.get("replace"))
            yield e.CreateObject(kind.lower(), name_of(node.this), piece.line, (), replaces)


def _create_table(node: Node, piece: SqlPiece, dialect: Dialect) -> Iterator[Effect]:
    name, properties = name_of(node.this), node.args.get("properties")
    kinds = list(properties.expressions) if properties is not None else []
    columns, declared = [], Declaration()
    for part in node.this.expressions if isinstance(node.this, exp.Schema) else ():
        if isinstance(part, exp.ColumnDef):
            column, own = column_of(name, part, dialect)
            columns.append(column)
        elif isinstance(part, exp.Identifier):  # a column without a type
            column, own = typed(part.name, None, dialect), Declaration()
            columns.append(column)
        else:
            own = constraint_of(name, part, dialect)
        declared = declared.and_also(own)
    yield e.CreateTable(
        Table(
            name,
            tuple(columns),
            declared.primary_key,
            declared.indexes,
            declared.keys,
            declared.constraints,
            comment=next(
                (it.name for it in kinds if isinstance(it, exp.SchemaCommentProperty)), None
            ),
        ),
        piece.line,
        bool(node.args.get("exists")),
        temporary=any(isinstance(it, exp.TemporaryProperty) for it in kinds),
        query="CREATE TABLE AS" if node.args.get("expression") is not None else None,
        like=tuple(name_of(it.this) for it in kinds if isinstance(it, exp.LikeProperty)),
        computed=("its columns",)
        if any(isinstance(it, exp.VirtualProperty) for it in kinds)
        else (),
    )


def drop(node: Node, piece: SqlPiece, _dialect: Dialect) -> Iterator[Effect]:
    """DROP of anything."""
    kind, passes = str(node.args.get("kind") or "").upper(), bool(node.args.get("exists"))
    names = names_of(node.args.get("tables"))
    for name in names:
        match kind:
            case "TABLE":
                along = tuple(it for it in names if it != name)
                yield e.DropTable(name, piece.line, passes, along=along)
            case "INDEX":
                on = node.args.get("cluster")
                table = name_of(on.this) if isinstance(on, exp.OnProperty) else None
                yield e.RemoveIndex(table, piece.line, name, if_exists=passes)
            case _:
                yield e.DropObject(kind.lower(), name, piece.line, passes)


def alter(node: Node, piece: SqlPiece, dialect: Dialect) -> Iterator[Effect]:
    """ALTER TABLE, one effect or more for each of its commands."""
    kind = str(node.args.get("kind") or "TABLE").upper()
    if kind != "TABLE":
        yield e.ChangeOther(f"ALTER {kind}", piece.line)
        return
    table = name_of(node.this)
    for action in node.args.get("actions") or ():
        change = _CHANGES.get(type(action))
        if change is None:
            yield e.Opaque(piece.text, piece.line, "not followed in the schema", within=table)
        else:
            yield from change(table, action, piece.line, dialect)
    if not node.args.get("actions"):
        yield e.ChangeOther(f"ALTER TABLE {table}", piece.line)


def _added(table: str, node: Node, line: int, dialect: Dialect) -> Iterator[Effect]:
    column, declared = column_of(table, node, dialect)
    is_key = column.name in declared.primary_key
    yield e.AddColumn(table, column, line, bool(node.args.get("exists")), is_key)
    yield from _declared(table, declared, line, with_key=False)


def _declared(table: str, declared: Declaration, line: int, *, with_key: bool) -> Iterator[Effect]:
    if declared.primary_key and with_key:
        yield e.AddPrimaryKey(table, declared.primary_key, line, declared.key_name)
    for key in declared.keys:
        yield e.AddForeignKey(table, key, line, by_sql=True)
    for constraint in declared.constraints:
        yield e.AddConstraint(table, constraint, line, by_sql=True)
    for index in declared.indexes:
        yield e.AddIndex(table, index, line)


def _constrained(table: str, node: Node, line: int, dialect: Dialect) -> Iterator[Effect]:
    for part in node.expressions:
        yield from _declared(table, constraint_of(table, part, dialect), line, with_key=True)


def _dropped(table: str, node: Node, line: int, _dialect: Dialect) -> Iterator[Effect]:
    kind, passes = str(node.args.get("kind") or "").upper(), bool(node.args.get("exists"))
    for name in names_of(node.args.get("tables")):
        match kind:
            case "INDEX" | "KEY":
                yield e.RemoveIndex(table, line, name, if_exists=passes)
            case "FOREIGN KEY":
                yield e.RemoveForeignKey(table, line, name=name, if_exists=passes)
            case "CONSTRAINT" | "CHECK":
                yield e.RemoveConstraint(table, name, line, if_exists=passes)
            case _:
                yield e.RemoveColumn(table, name, line, passes, by_sql=True)


def _keyless(table: str, _node: Node, line: int, _dialect: Dialect) -> Iterator[Effect]:
    yield e.RemovePrimaryKey(table, line)


def _renamed(table: str, node: Node, line: int, _dialect: Dialect) -> Iterator[Effect]:
    yield e.RenameTable(table, name_of(node.this), line, by_sql=True)


def _renamed_column(table: str, node: Node, line: int, _dialect: Dialect) -> Iterator[Effect]:
    yield e.RenameColumn(table, name_of(node.this), name_of(node.args.get("to")), line, by_sql=True)


def _renamed_index(table: str, node: Node, line: int, _dialect: Dialect) -> Iterator[Effect]:
    yield e.RenameIndex(table, name_of(node.this), name_of(node.args.get("to")), line)


def _modified(table: str, node: Node, line: int, dialect: Dialect) -> Iterator[Effect]:
    column, declared = column_of(table, node.this, dialect)
    before = name_of(node.args.get("rename_from"))
    if before and before != column.name:
        yield e.RenameColumn(table, before, column.name, line, by_sql=True)
    given = frozenset({"limit", "precision", "scale", "null", "default", "comment", "collation"})
    yield e.ChangeColumn(table, column, line, given)
    yield from _declared(table, declared, line, with_key=True)


def _altered(table: str, node: Node, line: int, dialect: Dialect) -> Iterator[Effect]:
    name = name_of(node)
    if node.args.get("dtype") is not None:
        sizes = frozenset({"limit", "precision", "scale"})
        yield e.ChangeColumn(table, typed(name, node.args["dtype"], dialect), line, sizes)
    elif node.args.get("default") is not None or node.args.get("drop"):
        yield e.ChangeDefault(table, name, default_of(node.args.get("default"), dialect), line)
    else:
        yield e.ChangeOther(f"ALTER TABLE {table}", line)


_CHANGES: Mapping[type[Node], Callable[[str, Node, int, Dialect], Iterator[Effect]]] = {
    exp.ColumnDef: _added,
    exp.AddConstraint: _constrained,
    exp.Drop: _dropped,
    exp.DropPrimaryKey: _keyless,
    exp.AlterRename: _renamed,
    exp.RenameColumn: _renamed_column,
    exp.RenameIndex: _renamed_index,
    exp.ModifyColumn: _modified,
    exp.AlterColumn: _altered,
}
STATEMENTS: Mapping[type[Node], Statement] = {
    exp.Create: create,
    exp.Drop: drop,
    exp.Alter: alter,
}
