"""Statements that read and write rows."""

from collections.abc import Iterator, Mapping

from analyzer.engines.postgresql.parser.sql_node import Node, name_of, opened, table_of
from analyzer.engines.postgresql.parser.sql_nulls import spared
from analyzer.engines.postgresql.parser.sql_tables import Statement, is_temporary, tables_in
from analyzer.model.effects.effect import (
    ChangeOther,
    CreateTable,
    DataAction,
    Effect,
    OnConflict,
    Opaque,
    ReadData,
    WriteData,
)
from analyzer.model.schema.schema import Table
from analyzer.records import replace

_ACTIONS = {
    "InsertStmt": DataAction.INSERT,
    "UpdateStmt": DataAction.UPDATE,
    "DeleteStmt": DataAction.DELETE,
    "MergeStmt": DataAction.CHANGE,
}


def insert(fields: Node, line: int) -> Iterator[Effect]:
    """INSERT."""
    clause = fields.get("onConflictClause")
    updated = clause.get("targetList") if clause is not None else None
    columns = tuple(dict.fromkeys([*_targets(fields.get("cols")), *_targets(updated)]))
    conflict = _conflict(clause) if clause is not None else None
    yield from _written(fields, DataAction.INSERT, line, columns, conflict)


def _conflict(clause: Node) -> OnConflict:
    """How an ON CONFLICT clause finds a unique index."""
    infer = clause.get("infer") or {}
    elements = list(infer.get("indexElems") or ())
    columns = tuple(_targets(elements))
    whole = len(columns) == len(elements)
    plain = whole and not infer.get("whereClause")
    return OnConflict(columns, str(infer.get("conname") or ""), plain, whole)


def update(fields: Node, line: int) -> Iterator[Effect]:
    """UPDATE."""
    columns = tuple(_targets(fields.get("targetList")))
    for effect in _written(fields, DataAction.UPDATE, line, columns):
        if isinstance(effect, WriteData) and effect.columns == columns:
            yield replace(effect, spares=spared(fields))
        else:
            yield effect


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
    fields: Node,
    action: DataAction,
    line: int,
    columns: tuple[str, ...],
    conflict: OnConflict | None = None,
) -> Iterator[Effect]:
    target = table_of(fields.get("relation"))
    rest = {key: value for key, value in fields.items() if key != "relation"}
    yield from _read(rest, line)
    yield WriteData(target, action, line, columns, conflict=conflict)


def select(fields: Node, line: int) -> Iterator[Effect]:
    """SELECT, also one that writes in its WITH, makes a table, or calls a function that acts."""
    into = (fields.get("intoClause") or {}).get("rel")
    yield from _read({key: value for key, value in fields.items() if key != "intoClause"}, line)
    if into:
        table = Table(table_of(into))
        yield CreateTable(table, line, temporary=is_temporary(into), query="SELECT INTO")
    for name in _called(fields):
        if name in _COUNTERS:
            yield ChangeOther(name, line)
        elif name not in _HARMLESS and not name.startswith("pg_"):
            yield Opaque(name, line, f"what the function {name} does is not known")


_COUNTERS = frozenset({"setval", "nextval"})
_HARMLESS = frozenset(
    """
    set_config currval now clock_timestamp version count sum min max avg lower upper
    coalesce nullif greatest least concat concat_ws format length trim btrim ltrim rtrim replace
    substring substr split_part left right round floor ceil abs random md5 to_char to_date to_json
    to_jsonb to_timestamp date_trunc date_part extract age row_number rank string_agg array_agg
    json_agg jsonb_agg json_build_object jsonb_build_object array_length unnest generate_series
    gen_random_uuid uuid_generate_v4 current_database current_schema current_setting exists
    has_table_privilege to_regclass to_tsvector quote_ident quote_literal regexp_replace bool_or
    bool_and timezone position array_to_string cardinality digest encode decode txid_current
    """.split()  # noqa: SIM905  words read better without quotes
)
"""Functions of PostgreSQL that change neither schema nor rows, besides all of pg_catalog's own."""


def _called(fields: Node) -> Iterator[str]:
    """The functions whose values a SELECT shows."""
    waiting: list[object] = [*(fields.get("targetList") or ()), *(fields.get("fromClause") or ())]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, dict):
            if isinstance(item.get("FuncCall"), dict):
                yield name_of(item["FuncCall"].get("funcname")).lower()
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


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
    cascade = fields.get("behavior") == "DROP_CASCADE"
    for node in fields.get("relations") or ():
        yield WriteData(table_of(opened(node)[1]), DataAction.TRUNCATE, line, cascade=cascade)


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
