"""Calls by what they are sent to: the migration, a table block, a model, a constant, a value."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language.models import ruby_models
from analyzer.frameworks.rails.language.models.ruby_rows import each_sent, on_rows
from analyzer.frameworks.rails.language.models.ruby_written import Args
from analyzer.frameworks.rails.language.ruby_commands import COMMANDS
from analyzer.frameworks.rails.language.ruby_constants import as_model, on_constant
from analyzer.frameworks.rails.language.ruby_harmless import is_silent_on_unknown, leads_elsewhere
from analyzer.frameworks.rails.language.ruby_own import own_call
from analyzer.frameworks.rails.language.tables.ruby_tables import table_call
from analyzer.model.core.condition import ColumnExists, TableExists
from analyzer.parsing.ruby import ruby_methods
from analyzer.parsing.ruby.ruby_assignment import setting
from analyzer.parsing.ruby.ruby_blocks import applied, block_of, mapped, once, run, sent_method
from analyzer.parsing.ruby.ruby_literals import lookup, pair
from analyzer.parsing.ruby.ruby_tree import parts
from analyzer.parsing.ruby.ruby_value import (
    GAP,
    BlockTable,
    Constant,
    Direction,
    Model,
    ModelQuery,
    Myself,
    Names,
    Partial,
    Procedure,
    Record,
    Settings,
    Undecided,
    Unknown,
    Value,
)
from analyzer.parsing.ruby.ruby_walk import MOST_TURNS, MethodWalk


def arguments(walk: MethodWalk, node: Node) -> Args:
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
                names.update(value if isinstance(value, dict) else {GAP: value})
            case "block_argument":
                pass
            case _:
                places.append(walk.evaluate(child))
    return tuple(places), names


def identifier(walk: MethodWalk, node: Node) -> Value:
    """A local variable, or a call without arguments."""
    name = walk.file.text(node)
    if name in walk.variables:
        return walk.variables[name]
    return _to_self(walk, node, name, ((), {}))


def _to_self(walk: MethodWalk, node: Node, name: str, given: Args) -> Value:
    value = walk.myself
    if isinstance(value, Model | Record | ModelQuery) and name not in COMMANDS:
        return on_rows(walk, node, value, name, given)
    if isinstance(value, BlockTable):
        return table_call(walk, node, value, name, *given)
    return own_call(walk, node, name, *given)


def call(walk: MethodWalk, node: Node) -> Value:
    """A method call."""
    method, receiver = node.child_by_field_name("method"), node.child_by_field_name("receiver")
    if method is not None and method.type == "super":
        return walk.evaluate(method)
    name = walk.file.text(method) if method is not None else "call"
    if receiver is None:
        return _to_self(walk, node, name, arguments(walk, node))
    value = walk.evaluate(receiver)
    if method is None and receiver.type == "identifier":
        value = walk.variables.get(walk.file.text(receiver), value)
    return sent(walk, node, value, name)


def sent(walk: MethodWalk, node: Node, value: Value, name: str) -> Value:
    """A method call on a value that has been evaluated."""
    return _dispatched(walk, node, value, name, arguments(walk, node))


def _dispatched(  # noqa: C901, PLR0911  one line a kind
    walk: MethodWalk, node: Node, value: Value, name: str, given: Args
) -> Value:
    match value:
        case Myself():
            return _on_myself(walk, node, name, given)
        case BlockTable():
            return table_call(walk, node, value, name, *given)
        case Direction(up):
            runs = name == ("up" if up else "down")
            return run(walk, block_of(walk, node), []) if runs else None
        case Model() | ModelQuery() | Record():
            return on_rows(walk, node, value, name, given)
        case Constant():
            return on_constant(walk, node, value, name, given)
        case Procedure():
            return applied(walk, value, *given)
        case Names():
            return _on_names(walk, node, value, name, given)
        case Settings():
            return _on_settings(walk, node, name)
        case Undecided():
            return value if name in {"present?", "itself", "presence"} else walk.unknown(node)
        case Unknown():
            return _on_unknown(walk, node, value, name, given)
        case _:
            return _on_value(walk, node, value, name, given)


def _on_myself(walk: MethodWalk, node: Node, name: str, given: Args) -> Value:
    if name in {"class", "new", "itself", "pool", "raw_connection"}:
        return Myself()
    if name in {"tables", "data_sources"}:
        return Names(None)
    return own_call(walk, node, name, *given)


def _on_settings(walk: MethodWalk, node: Node, name: str) -> Value:
    if name == "load_seed" or (name.endswith("!") and name != "eager_load!"):
        walk.opaque(node, f"{name} runs code outside the file")
    once(walk, block_of(walk, node), [])
    return setting(walk, name)


def _on_names(walk: MethodWalk, node: Node, names: Names, name: str, given: Args) -> Value:
    asked = given[0][0] if given[0] else None
    if name in {"include?", "key?", "has_key?", "member?"} and isinstance(asked, str):
        if names.table is None:
            return Undecided(TableExists(str(asked)))
        return Undecided(ColumnExists(names.table, str(asked), names.guessed))
    if name in {"map", "to_a", "to_set", "keys", "sort"}:
        return names
    once(walk, block_of(walk, node), [])
    return walk.unknown(node)


# Known and unknown values


def _on_value(walk: MethodWalk, node: Node, value: Value, name: str, given: Args) -> Value:
    block, method = block_of(walk, node), sent_method(walk, node)
    items = _items(value, name, given)
    if items is not None and block is not None:
        if name in _FOLDS:
            once(walk, block, [])
            return walk.unknown(node)
        return mapped(walk, name, items, block, lambda: walk.unknown(node))
    if items is not None and method is not None:
        return [_each_sent(walk, node, item, method) for item in items[:MOST_TURNS]]
    if block is not None:
        return once(walk, block, [value])
    if name in {"constantize", "safe_constantize"} and type(value) is str:
        return lookup(walk, value.removeprefix("::"))
    if name in {"instance_eval", "class_eval", "send", "public_send", "__send__"}:
        walk.opaque(node, f"what {name} does is computed")
    return _known(walk, node, ruby_methods.apply(value, name, *given))


def _each_sent(walk: MethodWalk, node: Node, item: Value, method: str) -> Value:
    if isinstance(item, Constant):
        item = as_model(walk, item, method)
    if isinstance(item, Model | ModelQuery | Record):
        return each_sent(walk, node, item, method, is_used=not walk.stands_alone(node))
    return _dispatched(walk, node, item, method, ((), {}))


_FOLDS = frozenset({"each_with_object", "inject", "reduce", "each_slice", "group_by", "sort_by"})


def _known(walk: MethodWalk, node: Node, value: Value) -> Value:
    return walk.unknown(node, plain=True) if isinstance(value, Unknown) else value


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


def _on_unknown(walk: MethodWalk, node: Node, value: Unknown, name: str, given: Args) -> Value:
    if name in _SCHEMA_WORDS:
        return own_call(walk, node, name, *given)
    if not value.plain or leads_elsewhere(name):
        _tell(walk, node, name, is_used=not walk.stands_alone(node))
    block, method = block_of(walk, node), sent_method(walk, node)
    once(walk, block, [Unknown(value.text, value.plain)] if block is not None else [])
    if method is not None and not value.plain:
        _tell(walk, node, method, is_used=name not in {"each", "find_each", "each_entry"})
    same = name in {"presence", "to_s", "to_sym", "dup", "freeze"}
    return value if same else walk.unknown(node, plain=value.plain and not leads_elsewhere(name))


def _tell(walk: MethodWalk, node: Node, name: str, *, is_used: bool) -> None:
    """Say that a call to something unknown cannot be followed, unless it leaves the rows alone."""
    if ruby_models.writes(name) and not (is_used and name == "delete"):  # of a text or a hash
        walk.opaque(node, "whose rows it changes is computed")
    elif not is_silent_on_unknown(name, is_used=is_used):
        walk.opaque(node, f"what {name} does is not in the file")


_SCHEMA_WORDS = frozenset(name for name in COMMANDS if "_" in name) | frozenset(
    {"create_table", "change_table", "execute", "exec_query", "select_all", "select_value"}
)


def yielded(walk: MethodWalk, node: Node) -> Value:
    """``yield``: the block that the method was given."""
    children = parts(node)
    values = [walk.evaluate(child) for child in parts(children[0])] if children else []
    block = walk.block
    if block is None:
        walk.opaque(node, "the block that it runs is not in the file")
        return walk.unknown(node)
    return run(walk, block, [Partial(v) if isinstance(v, Partial) else v for v in values])


HANDLERS: Mapping[str, Callable[[MethodWalk, Node], Value]] = {
    "identifier": identifier,
    "call": call,
    "yield": yielded,
}
