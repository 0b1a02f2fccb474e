"""Statements that read and write rows."""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from analyzer.model.effects.effect import (
    DataAction,
    Effect,
    OnConflict,
    Opaque,
    ReadData,
    WriteData,
)
from analyzer.parsing.sql.dialect import Dialect
from analyzer.parsing.sql.pieces import SqlPiece
from analyzer.parsing.sql.syntax_tree import Node, name_of, names_of, tables_in
from analyzer.parsing.sql.tables import Statement


def insert(node: Node, piece: SqlPiece, _dialect: Dialect) -> Iterator[Effect]:
    """INSERT; one that replaces rows may do away with some."""
    target = node.this
    columns = names_of(target.args.get("expressions")) if isinstance(target, exp.Schema) else ()
    yield from _read(node, piece.line, name_of(target))
    word = str(node.args.get("alternative") or "").upper()
    if word == "REPLACE" or "REPLACE" in piece.marks:
        yield WriteData(name_of(target), DataAction.CHANGE, piece.line, columns)
        return
    ignores = word == "IGNORE" or bool(node.args.get("ignore"))
    conflict = OnConflict() if ignores else _conflict(node.args.get("conflict"))
    updated = _updated(node.args.get("conflict"))
    names = tuple(dict.fromkeys([*columns, *updated]))
    yield WriteData(name_of(target), DataAction.INSERT, piece.line, names, conflict=conflict)


def _updated(clause: object) -> Iterator[str]:
    """The columns that an INSERT sets in rows that are there."""
    if isinstance(clause, exp.OnConflict):
        yield from _targets(clause)


def _conflict(clause: object) -> OnConflict | None:
    """How an ON CONFLICT clause finds a unique index."""
    if not isinstance(clause, exp.OnConflict):
        return None
    keys = clause.args.get("conflict_keys") or []
    columns = tuple(name_of(it) for it in keys if isinstance(_plain(it), exp.Column))
    whole = len(columns) == len(keys)
    plain = whole and clause.args.get("index_predicate") is None
    return OnConflict(columns, name_of(clause.args.get("constraint")), plain, whole)


def _plain(node: Node) -> Node:
    return node.this if isinstance(node, exp.Ordered) else node


def update(node: Node, piece: SqlPiece, _dialect: Dialect) -> Iterator[Effect]:
    """UPDATE."""
    target = name_of(node.this)
    yield from _read(node, piece.line, target)
    columns, spares = tuple(_targets(node)), tuple(_spared(node))
    yield WriteData(target, DataAction.UPDATE, piece.line, columns, spares=spares)


def _targets(node: Node) -> Iterator[str]:
    for part in node.args.get("expressions") or ():
        if isinstance(part, exp.EQ):
            yield name_of(part.this)


def _spared(node: Node) -> Iterator[str]:
    """The columns of which no value is overwritten: NULL before, or set to what they were."""
    if node.args.get("from_") is not None or node.this.args.get("joins"):
        return
    where = node.args.get("where")
    null = set(_nulls(where.this)) if where is not None else set()
    for part in node.args.get("expressions") or ():
        name, value = name_of(part.this), part.args.get("expression")
        if isinstance(value, exp.Coalesce):
            value = value.this
        if name in null or (isinstance(value, exp.Column) and value.name == name):
            yield name


def _nulls(condition: object) -> Iterator[str]:
    """The columns that are NULL wherever a condition holds."""
    match condition:
        case exp.And():
            yield from _nulls(condition.this)
            yield from _nulls(condition.expression)
        case exp.Paren():
            yield from _nulls(condition.this)
        case exp.Is() if isinstance(condition.expression, exp.Null):
            yield name_of(condition.this)


def delete(node: Node, piece: SqlPiece, _dialect: Dialect) -> Iterator[Effect]:
    """DELETE; of several tables, from those that it names first."""
    targets = names_of(node.args.get("tables")) or (name_of(node.this),)
    yield from _read(node, piece.line, *targets)
    for target in targets:
        yield WriteData(target, DataAction.DELETE, piece.line)


def truncate(node: Node, piece: SqlPiece, dialect: Dialect) -> Iterator[Effect]:
    """TRUNCATE."""
    if not dialect.truncates:
        yield Opaque(piece.text, piece.line, f"{dialect.title} has no TRUNCATE, and refuses it")
        return
    for target in names_of(node.expressions):
        yield WriteData(target, DataAction.TRUNCATE, piece.line)


def select(node: Node, piece: SqlPiece, _dialect: Dialect) -> Iterator[Effect]:
    """SELECT, also one that calls a function that nobody knows."""
    yield from _read(node, piece.line)
    for call in node.find_all(exp.Anonymous):
        name = str(call.this).lower()
        if name not in _HARMLESS:
            yield Opaque(piece.text, piece.line, f"what the function {name} does is not known")
            return


_HARMLESS = frozenset(
    """
    changes total_changes last_insert_rowid last_insert_id sqlite_version typeof hex quote printf
    unicode zeroblob randomblob total ifnull iif likelihood likely unlikely json_each json_tree
    julianday unixepoch connection_id database schema version row_count found_rows uuid sleep
    """.split()  # noqa: SIM905  words read better without quotes
)
"""Functions that change neither schema nor rows, besides those that sqlglot knows."""


def _read(node: Node, line: int, *written: str) -> Iterator[Effect]:
    for table in sorted(tables_in(node) - set(written)):
        if not table.startswith(("sqlite_", "information_schema.", "pragma_")):
            yield ReadData(table, line)


STATEMENTS: Mapping[type[Node], Statement] = {
    exp.Insert: insert,
    exp.Update: update,
    exp.Delete: delete,
    exp.TruncateTable: truncate,
    exp.Select: select,
    exp.Union: select,
}
