"""Literals, texts with interpolation, variables and constants."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from tree_sitter import Node

from analyzer.parsing.ruby.ruby_texts import (
    chained,
    character,
    hash_key,
    heredoc,
    simple_symbol,
    string,
    symbol,
    words,
)
from analyzer.parsing.ruby.ruby_tree import parts
from analyzer.parsing.ruby.ruby_value import (
    GAP,
    Constant,
    Procedure,
    Unknown,
    Value,
)
from analyzer.parsing.ruby.ruby_walk import MethodWalk

_LONGEST_RANGE = 1_000
_MOST_DIGITS = 100


def integer(walk: MethodWalk, node: Node) -> Value:
    """``1_000``, ``0x1f``."""
    text = walk.file.text(node).replace("_", "").lower()
    if len(text) > _MOST_DIGITS:
        return walk.unknown(node)
    if len(text) > 1 and text[0] == "0" and text.isdigit():
        text = f"0o{text}"  # Ruby's octal
    with suppress(ValueError):
        return int(text.replace("0d", ""), 0)
    return walk.unknown(node)


def floating(walk: MethodWalk, node: Node) -> Value:
    """``0.5``."""
    with suppress(ValueError):
        return float(walk.file.text(node).replace("_", "")[:_MOST_DIGITS])
    return walk.unknown(node)


def array(walk: MethodWalk, node: Node) -> Value:
    """``[:title, *others, key: value]``."""
    items: list[Value] = []
    pairs: dict[str, Value] = {}
    for child in parts(node):
        if child.type == "splat_argument":
            value = walk.inside(child)
            items.extend(value if isinstance(value, list) else [value])
        elif child.type == "pair":
            pairs.update(pair(walk, child))
        else:
            items.append(walk.evaluate(child))
    return [*items, pairs] if pairs else items


def mapping(walk: MethodWalk, node: Node) -> Value:
    """``{ null: false, **others }``."""
    found: dict[str, Value] = {}
    for child in parts(node):
        if child.type == "pair":
            found.update(pair(walk, child))
        elif child.type == "hash_splat_argument":
            value = walk.inside(child)
            found.update(value if isinstance(value, dict) else {GAP: value})
    return found


def pair(walk: MethodWalk, node: Node) -> dict[str, Value]:
    """``null: false``, ``:null => false`` and the short ``null:``."""
    key_node, value_node = node.child_by_field_name("key"), node.child_by_field_name("value")
    key = walk.evaluate(key_node)
    if value_node is None:
        name = str(key)
        return {name: walk.variables.get(name, Unknown(name))}
    value = walk.evaluate(value_node)
    if isinstance(key, str | int | float):
        return {str(key): value}
    return {f"{GAP}{walk.file.text(key_node) if key_node else ''}": value}


def span(walk: MethodWalk, node: Node) -> Value:
    """``1..3`` as a list, where it is short and its ends are numbers."""
    first, last = (walk.evaluate(node.child_by_field_name(end)) for end in ("begin", "end"))
    if isinstance(first, int) and isinstance(last, int) and last - first < _LONGEST_RANGE:
        operator = node.child_by_field_name("operator")
        open_end = operator is not None and walk.file.text(operator) == "..."
        return list(range(first, last + (not open_end)))
    return walk.unknown(node)


def regex(walk: MethodWalk, node: Node) -> Value:
    """``/mysql/i`` as Python's own pattern, where it is so plain that it cannot take long."""
    found = re.fullmatch(r"/([\w\s.|^$-]{1,80})/([im]*)", walk.file.text(node))
    if found is None:
        return walk.unknown(node)
    with suppress(re.error):
        return re.compile(found[1], re.IGNORECASE if "i" in found[2] else 0)
    return walk.unknown(node)


def procedure(_walk: MethodWalk, node: Node) -> Value:
    """``-> { "now()" }``."""
    body = node.child_by_field_name("body")
    inner = body.child_by_field_name("body") if body is not None else None
    return Procedure(node.child_by_field_name("parameters"), inner)


_STREAMS = frozenset({"$stdout", "$stderr", "$stdin", "$PROGRAM_NAME", "$0"})


def variable(walk: MethodWalk, node: Node) -> Value:
    """``@name``, ``$name``."""
    name = walk.file.text(node)
    return walk.variables.get(name, walk.unknown(node, plain=name in _STREAMS))


def constant(walk: MethodWalk, node: Node) -> Value:
    """``NAMES``, or a class."""
    return lookup(walk, walk.file.text(node))


_NEWEST: Mapping[str, Value] = {"MAJOR": 8, "MINOR": 1, "TINY": 0, "STRING": "8.1.0"}


def scope_resolution(walk: MethodWalk, node: Node) -> Value:
    """``Admin::User``. A question about Rails' own version is answered with the newest."""
    path = walk.file.text(node).removeprefix("::")
    first, _, last = path.rpartition("::")
    if first in {"Rails::VERSION", "ActiveRecord::VERSION"}:
        return _NEWEST.get(last, Unknown(path))
    return lookup(walk, path)


def lookup(walk: MethodWalk, path: str) -> Value:
    """Find a constant by its path; one that the file does not define keeps its name."""
    if path in walk.constants:
        return walk.constants[path]
    last = path.rpartition("::")[2]
    if last in walk.constants and path.partition("::")[0] in walk.classes:
        return walk.constants[last]
    return Constant(path)


def nothing(_walk: MethodWalk, _node: Node) -> Value:
    """``nil``."""
    return None


def yes(_walk: MethodWalk, _node: Node) -> Value:
    """``true``."""
    return True


def no(_walk: MethodWalk, _node: Node) -> Value:
    """``false``."""
    return False


def myself(walk: MethodWalk, _node: Node) -> Value:
    """``self``."""
    return walk.myself


HANDLERS: Mapping[str, Callable[[MethodWalk, Node], Value]] = {
    "integer": integer,
    "float": floating,
    "simple_symbol": simple_symbol,
    "hash_key_symbol": hash_key,
    "string": string,
    "character": character,
    "delimited_symbol": symbol,
    "chained_string": chained,
    "heredoc_beginning": heredoc,
    "array": array,
    "string_array": words,
    "symbol_array": words,
    "hash": mapping,
    "range": span,
    "regex": regex,
    "lambda": procedure,
    "instance_variable": variable,
    "class_variable": variable,
    "global_variable": variable,
    "constant": constant,
    "scope_resolution": scope_resolution,
    "nil": nothing,
    "true": yes,
    "false": no,
    "self": myself,
}
