"""Statements that read and write rows."""

from collections.abc import Iterator, Mapping

from analyzer.model.effect import DataAction, Effect, ReadData, WriteData
from analyzer.parsing.sql_node import Node, opened, table_of
from analyzer.parsing.sql_tables import Statement, tables_in

_ACTIONS = {
    "InsertStmt": DataAction.INSERT,
    "UpdateStmt": DataAction.UPDATE,
    "DeleteStmt": DataAction.DELETE,
    "MergeStmt": DataAction.CHANGE,
}


def insert(fields: Node, line: int) -> Iterator[Effect]:
    """INSERT."""
    columns = tuple(_targets(fields.get("cols")))
    yield from _written(fields, DataAction.INSERT, line, columns)


def update(fields: Node, line: int) -> Iterator[Effect]:
    """UPDATE."""
    columns = tuple(_targets(fields.get("targetList")))
    yield from _written(fields, DataAction.UPDATE, line, columns)


def delete(fields: Node, line: int) -> Iterator[Effect]:
    """DELETE."""
    yield from _written(fields, DataAction.DELETE, line, ())


def merge(fields: Node, line: int) -> Iterator[Effect]:
    """MERGE."""
    yield from _written(fields, DataAction.CHANGE, line, ())


def _targets(nodes: list[Node] | None) -> Iterator[str]:
    for node in nodes or ():
        name = opened(node)[1].get("name")
        if name:
            yield str(name)


def _written(
    fields: Node, action: DataAction, line: int, columns: tuple[str, ...]
) -> Iterator[Effect]:
    target = table_of(fields.get("relation"))
    rest = {key: value for key, value in fields.items() if key != "relation"}
    yield from _read(rest, line)
    yield WriteData(target, action, line, columns)


def select(fields: Node, line: int) -> Iterator[Effect]:
    """SELECT, also one that writes in its WITH."""
    yield from _read(fields, line)


def _read(fields: Node, line: int) -> Iterator[Effect]:
    inner = list(_inner_writes(fields, line))
    written = {effect.table for effect in inner if isinstance(effect, WriteData)}
    for table in sorted(tables_in(fields) - written):
        if not table.startswith(("pg_", "information_schema.")):
            yield ReadData(table, line)
    yield from inner


def _inner_writes(fields: Node, line: int) -> Iterator[Effect]:
    for node in (fields.get("withClause") or {}).get("ctes") or ():
        kind, statement = opened((opened(node)[1]).get("ctequery"))
        if kind in _ACTIONS:
            yield WriteData(table_of(statement.get("relation")), _ACTIONS[kind], line)


def truncate(fields: Node, line: int) -> Iterator[Effect]:
    """TRUNCATE."""
    for node in fields.get("relations") or ():
        yield WriteData(table_of(opened(node)[1]), DataAction.TRUNCATE, line)


def copy(fields: Node, line: int) -> Iterator[Effect]:
    """COPY."""
    table = table_of(fields.get("relation"))
    if table:
        is_from = bool(fields.get("is_from"))
        yield WriteData(table, DataAction.INSERT, line) if is_from else ReadData(table, line)


STATEMENTS: Mapping[str, Statement] = {
    "InsertStmt": insert,
    "UpdateStmt": update,
    "DeleteStmt": delete,
    "MergeStmt": merge,
    "SelectStmt": select,
    "TruncateStmt": truncate,
    "CopyStmt": copy,
}
