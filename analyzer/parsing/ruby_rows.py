"""Calls to models, queries and records, with the blocks and methods that run on them."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.model.condition import TableExists
from analyzer.parsing import ruby_models
from analyzer.parsing.ruby_blocks import block_of, invoke, once, sent_method
from analyzer.parsing.ruby_directions import run_migration
from analyzer.parsing.ruby_tree import line_of
from analyzer.parsing.ruby_value import (
    Model,
    Myself,
    Names,
    Procedure,
    Record,
    Relation,
    Undecided,
    Value,
)
from analyzer.parsing.ruby_walk import Walk

Args = tuple[tuple[Value, ...], dict[str, Value]]
Rows = Model | Relation | Record


def on_rows(walk: Walk, node: Node, value: Rows, name: str, given: Args) -> Value:
    """A call to a model class, a query or a record."""
    model = ruby_models.model_of(value)
    own = _own_method(walk, value, name)
    if own is not None:
        return _as(walk, value, own, given, block_of(walk, node))
    if isinstance(value, Model) and name in _ON_CLASS:
        return _ON_CLASS[name](walk, node, model, given)
    if name in {"up", "down", "migrate", "change"} and not model.sure:
        run_migration(walk, node, model, up=name != "down" and "down" not in given[0])
        return None
    return _used(walk, node, value, name, given)


def _used(walk: Walk, node: Node, value: Rows, name: str, given: Args) -> Value:
    model = ruby_models.model_of(value)
    args, options = given
    named = args[0] if args and isinstance(args[0], dict) else options
    found = ruby_models.use(walk, value, name, named, line_of(node))
    block, method = block_of(walk, node), sent_method(walk, node)
    if block is not None:
        once(walk, block, [_row(value, name)])
    if method is not None and ruby_models.writes(method):
        ruby_models.use(walk, Record(model), method, {}, line_of(node))
    if (
        found is None
        and not model.sure
        and ruby_models.is_foreign(name)
        and walk.stands_alone(node)
    ):
        walk.opaque(node, f"{model.name}'s {name} is code outside the file")
    return walk.unknown(node) if found is None else found


def _row(value: Rows, name: str) -> Value:
    model = ruby_models.model_of(value)
    in_groups = name in {"in_batches", "find_in_batches", "each_slice", "in_groups_of"}
    return Relation(model) if in_groups else Record(model)


def _own_method(walk: Walk, value: Rows, name: str) -> Node | None:
    if isinstance(value, Relation):
        return None
    defined = walk.classes.get(ruby_models.model_of(value).name)
    if defined is None:
        return None
    return (defined.singletons if isinstance(value, Model) else defined.methods).get(name)


def _as(
    walk: Walk, value: Value, method: Node, given: Args, block: Procedure | None
) -> Value:  # fmt: skip
    outer, walk.myself = walk.myself, value
    try:
        return invoke(walk, method, *given, block)
    finally:
        walk.myself = outer


def _connection(_walk: Walk, _node: Node, _model: Model, _given: Args) -> Value:
    return Myself()


def _table_name(_walk: Walk, _node: Node, model: Model, _given: Args) -> Value:
    return model.table


def _quoted_name(_walk: Walk, _node: Node, model: Model, _given: Args) -> Value:
    return f'"{model.table}"'


def _nothing(_walk: Walk, _node: Node, _model: Model, _given: Args) -> Value:
    return None


def _exists(_walk: Walk, _node: Node, model: Model, _given: Args) -> Value:
    return Undecided(TableExists(model.table))


def _columns(_walk: Walk, _node: Node, model: Model, _given: Args) -> Value:
    return Names(model.table)


def _new(walk: Walk, node: Node, model: Model, _given: Args) -> Value:
    once(walk, block_of(walk, node), [Record(model)])
    return Record(model)


def _inside(walk: Walk, node: Node, model: Model, _given: Args) -> Value:
    value = once(walk, block_of(walk, node), [Relation(model)])
    return Relation(model) if value is None else value


_ON_CLASS: Mapping[str, Callable[[Walk, Node, Model, Args], Value]] = {
    "connection": _connection,
    "lease_connection": _connection,
    "table_name": _table_name,
    "quoted_table_name": _quoted_name,
    "reset_column_information": _nothing,
    "table_exists?": _exists,
    "column_names": _columns,
    "attribute_names": _columns,
    "columns_hash": _columns,
    "new": _new,
    "transaction": _inside,
    "unscoped": _inside,
    "class_eval": _nothing,
    "reset_sequence_name": _nothing,
    "primary_key": lambda _walk, _node, _model, _given: "id",
    "class": lambda _walk, _node, model, _given: model,
    "name": lambda _walk, _node, model, _given: model.name,
}
