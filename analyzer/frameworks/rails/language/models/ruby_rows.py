"""Calls to models, queries and records, with the blocks and methods that run on them."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language.models import ruby_models
from analyzer.frameworks.rails.language.models.ruby_written import Args
from analyzer.frameworks.rails.language.ruby_directions import run_migration
from analyzer.frameworks.rails.language.ruby_harmless import is_silent_on_unknown
from analyzer.model.core.condition import TableExists
from analyzer.parsing.ruby.ruby_blocks import block_of, invoke, once, sent_method
from analyzer.parsing.ruby.ruby_tree import line_of
from analyzer.parsing.ruby.ruby_value import (
    Model,
    ModelQuery,
    Myself,
    Names,
    Procedure,
    Record,
    Undecided,
    Value,
)
from analyzer.parsing.ruby.ruby_walk import MethodWalk

Rows = Model | ModelQuery | Record


def on_rows(walk: MethodWalk, node: Node, value: Rows, name: str, given: Args) -> Value:
    """A call to a model class, a query or a record."""
    model, name = ruby_models.model_of(value), ruby_models.finder(name)
    own = _own_method(walk, value, name)
    if own is not None:
        return _as(walk, value, own, given, block_of(walk, node))
    if isinstance(value, Model) and name in _ON_CLASS:
        return _ON_CLASS[name](walk, node, model, given)
    if name in {"up", "down", "migrate", "change"} and not model.sure:
        run_migration(walk, node, model, up=name != "down" and "down" not in given[0])
        return None
    return _used(walk, node, value, name, given)


def _used(walk: MethodWalk, node: Node, value: Rows, name: str, given: Args) -> Value:
    model = ruby_models.model_of(value)
    found = ruby_models.use(walk, value, name, given, line_of(node), _row_name(walk, node))
    block, method = block_of(walk, node), sent_method(walk, node)
    if block is not None:
        once(walk, block, [_row(value, name)])
    if method is not None:
        each_sent(walk, node, _row(value, name), method, is_used=name not in _EACH)
    is_used = not walk.stands_alone(node) and not _just_built(walk, node)
    if found is None and _is_foreign(value, name, is_used=is_used):
        walk.opaque(node, f"{model.name}'s {name} is code outside the file")
    return walk.unknown(node) if found is None else found


def _row_name(walk: MethodWalk, node: Node) -> str:
    """How the migration calls the row that a call goes to."""
    receiver = node.child_by_field_name("receiver")
    return walk.file.text(receiver) if receiver is not None else ""


def _just_built(walk: MethodWalk, node: Node) -> bool:
    """``Fixer.new.result``: nobody reads an attribute off a row that was made in this breath."""
    receiver = node.child_by_field_name("receiver")
    method = receiver.child_by_field_name("method") if receiver is not None else None
    return method is not None and walk.file.text(method) == "new"


_EACH = frozenset({"each", "find_each", "each_entry"})  # their blocks' values are not used


def each_sent(walk: MethodWalk, node: Node, value: Rows, method: str, *, is_used: bool) -> Value:
    """``find_each(&:touch)``: the method runs on each record, or on each model of a list."""
    own = _own_method(walk, value, method)
    if own is not None:
        return _as(walk, value, own, ((), {}), None)
    model = ruby_models.model_of(value)
    found = ruby_models.use(walk, value, method, ((), {}), line_of(node))
    is_own = isinstance(value, Model) and method in _ON_CLASS
    if not is_own and _is_foreign(value, method, is_used=is_used):
        walk.opaque(node, f"{model.name}'s {method} is code outside the file")
    return walk.unknown(node) if found is None else found


def _is_foreign(value: Rows, name: str, *, is_used: bool) -> bool:
    """Whether a call runs code outside the file: all but what is read off a row or class."""
    if not ruby_models.is_foreign(name):
        return False
    is_attribute = isinstance(value, Record) or ruby_models.model_of(value).sure
    return not is_silent_on_unknown(name, is_used=is_used and is_attribute)


def _row(value: Rows, name: str) -> Rows:
    model = ruby_models.model_of(value)
    nulls = frozenset() if isinstance(value, Model) else value.nulls
    in_groups = name in {"in_batches", "find_in_batches", "each_slice", "in_groups_of"}
    return ModelQuery(model, nulls) if in_groups else Record(model, nulls)


def _own_method(walk: MethodWalk, value: Rows, name: str) -> Node | None:
    if isinstance(value, ModelQuery):
        return None
    defined = walk.classes.get(ruby_models.model_of(value).name)
    if defined is None:
        return None
    return (defined.singletons if isinstance(value, Model) else defined.methods).get(name)


def _as(
    walk: MethodWalk, value: Value, method: Node, given: Args, block: Procedure | None
) -> Value:
    outer, walk.myself = walk.myself, value
    try:
        return invoke(walk, method, *given, block)
    finally:
        walk.myself = outer


def _connection(_walk: MethodWalk, _node: Node, _model: Model, _given: Args) -> Value:
    return Myself()


def _table_name(_walk: MethodWalk, _node: Node, model: Model, _given: Args) -> Value:
    return model.table


def _quoted_name(_walk: MethodWalk, _node: Node, model: Model, _given: Args) -> Value:
    return f'"{model.table}"'


def _nothing(_walk: MethodWalk, _node: Node, _model: Model, _given: Args) -> Value:
    return None


def _exists(_walk: MethodWalk, _node: Node, model: Model, _given: Args) -> Value:
    return Undecided(TableExists(model.table))


def _columns(_walk: MethodWalk, _node: Node, model: Model, _given: Args) -> Value:
    return Names(model.table, guessed=not model.sure)


def _new(walk: MethodWalk, node: Node, model: Model, _given: Args) -> Value:
    made = Record(model, own=True)
    once(walk, block_of(walk, node), [made])
    return made


def _inside(walk: MethodWalk, node: Node, model: Model, _given: Args) -> Value:
    value = once(walk, block_of(walk, node), [ModelQuery(model)])
    return ModelQuery(model) if value is None else value


_ON_CLASS: Mapping[str, Callable[[MethodWalk, Node, Model, Args], Value]] = {
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
