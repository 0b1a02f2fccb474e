"""Calls by what they are sent to: the migration, a table block, a model, a constant, a value."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.model.condition import ColumnExists, TableExists
from analyzer.parsing import ruby_methods, ruby_models
from analyzer.parsing.ruby_assignment import setting
from analyzer.parsing.ruby_blocks import block_of, mapped, once, run, sent_method
from analyzer.parsing.ruby_commands import COMMANDS
from analyzer.parsing.ruby_constants import on_constant
from analyzer.parsing.ruby_literals import pair
from analyzer.parsing.ruby_own import own_call
from analyzer.parsing.ruby_rows import Args, on_rows
from analyzer.parsing.ruby_tables import table_call
from analyzer.parsing.ruby_tree import parts
from analyzer.parsing.ruby_value import (
    BlockTable,
    Constant,
    Direction,
    Model,
    Myself,
    Names,
    Partial,
    Procedure,
    Record,
    Relation,
    Settings,
    Undecided,
    Unknown,
    Value,
)
from analyzer.parsing.ruby_walk import MOST_TURNS, Walk


def arguments(walk: Walk, node: Node) -> Args:
    """A call's arguments by place and by name, splats spread out."""
    holder = node.child_by_field_name("arguments")
    places: list[Value] = []
    names: dict[str, Value] = {}
    for child in () if holder is None else parts(holder):
        match child.type:
            case "pair":
                names.update(pair(walk, child))
            case "splat_argument":
                value = walk.inside(child)
                places.extend(value if isinstance(value, list) else [value])
            case "hash_splat_argument":
                value = walk.inside(child)
                names.update(value if isinstance(value, dict) else {})
            case "block_argument":
                pass
            case _:
                places.append(walk.evaluate(child))
    return tuple(places), names


def identifier(walk: Walk, node: Node) -> Value:
    """A local variable, or a call without arguments."""
    name = walk.file.text(node)
    if name in walk.variables:
        return walk.variables[name]
    return _to_self(walk, node, name, ((), {}))


def _to_self(walk: Walk, node: Node, name: str, given: Args) -> Value:
    value = walk.myself
    if isinstance(value, Model | Record | Relation) and name not in COMMANDS:
        return on_rows(walk, node, value, name, given)
    if isinstance(value, BlockTable):
        return table_call(walk, node, value, name, *given)
    return own_call(walk, node, name, *given)


def call(walk: Walk, node: Node) -> Value:
    """A method call."""
    method, receiver = node.child_by_field_name("method"), node.child_by_field_name("receiver")
    name = walk.file.text(method) if method is not None else "call"
    if receiver is None:
        return _to_self(walk, node, name, arguments(walk, node))
    if receiver.type == "call" and walk.stands_alone(node):
        walk.standing.add(receiver.id)  # what a chain of calls begins with counts as the statement
    value = walk.evaluate(receiver)
    if method is None and receiver.type == "identifier":
        value = walk.variables.get(walk.file.text(receiver), value)
    return sent(walk, node, value, name)


def sent(walk: Walk, node: Node, value: Value, name: str) -> Value:  # noqa: C901, PLR0911  one line a kind
    """A method call on a value that has been evaluated."""
    given = arguments(walk, node)
    match value:
        case Myself():
            return _on_myself(walk, node, name, given)
        case BlockTable():
            return table_call(walk, node, value, name, *given)
        case Direction(up):
            runs = name == ("up" if up else "down")
            return run(walk, block_of(walk, node), []) if runs else None
        case Model() | Relation() | Record():
            return on_rows(walk, node, value, name, given)
        case Constant():
            return on_constant(walk, node, value, name, given)
        case Procedure():
            return once(walk, value, list(given[0]))
        case Names(table):
            return _on_names(walk, node, table, name, given)
        case Settings():
            return setting(walk, name)
        case Undecided():
            return value if name in {"present?", "itself", "presence"} else walk.unknown(node)
        case Unknown():
            return _on_unknown(walk, node, value, name, given)
        case _:
            return _on_value(walk, node, value, name, given)


def _on_myself(walk: Walk, node: Node, name: str, given: Args) -> Value:
    if name in {"class", "new", "itself", "pool", "raw_connection"}:
        return Myself()
    if name in {"tables", "data_sources"}:
        return Names(None)
    return own_call(walk, node, name, *given)


def _on_names(walk: Walk, node: Node, table: str | None, name: str, given: Args) -> Value:
    asked = given[0][0] if given[0] else None
    if name in {"include?", "key?", "has_key?", "member?"} and isinstance(asked, str):
        if table is None:
            return Undecided(TableExists(str(asked)))
        return Undecided(ColumnExists(table, str(asked)))
    if name in {"map", "to_a", "to_set", "keys", "sort"}:
        return Names(table)
    once(walk, block_of(walk, node), [])
    return walk.unknown(node)


# Known and unknown values


def _on_value(walk: Walk, node: Node, value: Value, name: str, given: Args) -> Value:
    block, method = block_of(walk, node), sent_method(walk, node)
    items = _items(value, name, given)
    if items is not None and block is not None:
        if name in _FOLDS:
            once(walk, block, [])
            return walk.unknown(node)
        return mapped(walk, name, items, block, lambda: walk.unknown(node))
    if items is not None and method is not None:
        return [_known(walk, node, ruby_methods.apply(item, method, (), {})) for item in items]
    if block is not None:
        return once(walk, block, [value])
    return _known(walk, node, ruby_methods.apply(value, name, *given))


_FOLDS = frozenset({"each_with_object", "inject", "reduce", "each_slice", "group_by", "sort_by"})


def _known(walk: Walk, node: Node, value: Value) -> Value:
    return walk.unknown(node) if isinstance(value, Unknown) else value


def _items(value: Value, name: str, given: Args) -> list[Value] | None:  # noqa: PLR0911  one line a kind
    match value:
        case list() if name.endswith("with_index"):
            return [[item, at] for at, item in enumerate(value)]
        case list():
            return value
        case dict() if name == "each_key":
            return list(value.keys())
        case dict() if name == "each_value":
            return list(value.values())
        case dict():
            return [[key, item] for key, item in value.items()]
        case int() if name in {"times", "upto"} and not isinstance(value, bool):
            return _numbers(value, name, given)
        case _:
            return None


def _numbers(value: int, name: str, given: Args) -> list[Value] | None:
    if name == "times":
        return list(range(min(value, MOST_TURNS)))
    last = given[0][0] if given[0] else None
    return list(range(value, min(last, value + MOST_TURNS) + 1)) if isinstance(last, int) else None


def _on_unknown(walk: Walk, node: Node, value: Unknown, name: str, given: Args) -> Value:
    if name in _SCHEMA_WORDS:
        return own_call(walk, node, name, *given)
    if ruby_models.writes(name) and name not in _ALSO_OTHERS:
        walk.opaque(node, "whose rows it changes is computed")
    once(walk, block_of(walk, node), [])
    method = sent_method(walk, node)
    if method is not None and ruby_models.writes(method) and method not in _ALSO_OTHERS:
        walk.opaque(node, "whose rows it changes is computed")
    return value if name in {"presence", "to_s", "to_sym", "dup", "freeze"} else walk.unknown(node)


_SCHEMA_WORDS = frozenset(name for name in COMMANDS if "_" in name) | frozenset(
    {"create_table", "change_table", "execute", "exec_query", "select_all", "select_value"}
)
_ALSO_OTHERS = frozenset(
    {"delete", "update", "insert", "import", "create", "truncate", "touch", "save", "increment!"}
)


def yielded(walk: Walk, node: Node) -> Value:
    """``yield``: the block that the method was given."""
    children = parts(node)
    values = [walk.evaluate(child) for child in parts(children[0])] if children else []
    block = walk.block
    if block is None:
        return walk.unknown(node)
    return run(walk, block, [Partial(v) if isinstance(v, Partial) else v for v in values])


HANDLERS: Mapping[str, Callable[[Walk, Node], Value]] = {
    "identifier": identifier,
    "call": call,
    "yield": yielded,
}
