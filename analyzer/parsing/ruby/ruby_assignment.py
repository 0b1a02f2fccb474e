"""Assignments, and the places that values are kept in: variables, lists, hashes, settings."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.parsing.ruby.ruby_operators import logical, operate
from analyzer.parsing.ruby.ruby_tree import parts
from analyzer.parsing.ruby.ruby_value import (
    GAP,
    Constant,
    Model,
    Myself,
    Record,
    Settings,
    Symbol,
    Unknown,
    Value,
    is_known,
)
from analyzer.parsing.ruby.ruby_walk import MethodWalk


def assignment(walk: MethodWalk, node: Node) -> Value:
    """``a = 1``, ``a, b = pair``, ``NAME = 1``, ``hash[:a] = 1``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if right is not None and right.type == "right_assignment_list":
        value: Value = [walk.evaluate(child) for child in parts(right)]
    else:
        value = walk.evaluate(right)
    if left is not None:
        assign(walk, left, value)
    return value


def assign(walk: MethodWalk, left: Node, value: Value) -> None:
    """Give a value to whatever stands to the left."""
    match left.type:
        case "identifier" | "instance_variable" | "class_variable" | "global_variable":
            walk.variables[walk.file.text(left)] = value
        case "constant":
            walk.constants[walk.file.text(left)] = value
        case "left_assignment_list" | "destructured_left_assignment" | "destructured_parameter":
            _assign_parts(walk, parts(left), value)
        case "element_reference":
            _assign_element(walk, left, value)
        case "call":
            _set(walk, left, value)
        case _:
            walk.unknown(left)


def _set(walk: MethodWalk, left: Node, value: Value) -> None:
    """``User.table_name = "people"``, ``song.title = "x"``, ``Setting.mode = 1``."""
    receiver, method = left.child_by_field_name("receiver"), left.child_by_field_name("method")
    holder = walk.evaluate(receiver)
    name = walk.file.text(method) if method is not None else ""
    if isinstance(holder, Constant | Model) and name == "table_name" and type(value) is str:
        path = holder.path if isinstance(holder, Constant) else holder.name
        walk.constants[path] = Model(path, value.removeprefix("public."), sure=True)
    elif isinstance(holder, Record) and receiver is not None:
        kept = {GAP} if name == "attributes" else {name}
        walk.assigned.setdefault(walk.file.text(receiver), set()).update(kept)
    elif isinstance(holder, Constant | Model | Myself) and not walk.library.is_silent_setter(name):
        walk.opaque(left, f"what setting {name} does is not in the file")


def _assign_parts(walk: MethodWalk, targets: list[Node], value: Value) -> None:
    values = value if isinstance(value, list) else None
    for place, target in enumerate(targets):
        if target.type in {"rest_assignment", "splat_parameter"}:
            assign(walk, next(iter(parts(target)), target), walk.unknown(target))
            continue
        if values is None:
            item: Value = value if isinstance(value, Unknown) else walk.unknown(target)
        else:
            item = values[place] if place < len(values) else None
        assign(walk, target, item)


def _assign_element(walk: MethodWalk, left: Node, value: Value) -> None:
    children = parts(left)
    holder = walk.evaluate(children[0]) if children else None
    key = walk.evaluate(children[1]) if len(children) > 1 else None
    if isinstance(holder, dict) and isinstance(key, str | int):
        holder[str(key)] = value
    elif isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder):
        holder[key] = value
    elif isinstance(holder, Record):
        kept = str(key) if isinstance(key, str) else GAP
        walk.assigned.setdefault(walk.file.text(children[0]), set()).add(kept)
    elif isinstance(holder, Constant) and not walk.library.is_silent_constant(holder.path, "[]="):
        walk.opaque(left, f"what {holder.path}[]= does is code outside the file")


def operator_assignment(walk: MethodWalk, node: Node) -> Value:
    """``a ||= 1``, ``a += 1``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator_node = node.child_by_field_name("operator")
    operator = walk.file.text(operator_node)[:-1] if operator_node is not None else ""
    old = None if left is None else _current(walk, left)
    if operator in {"||", "&&"}:
        value = logical(walk, old, left, right, is_and=operator == "&&")
    else:
        value = operate(walk, operator, old, walk.evaluate(right), node)
    if left is not None:
        assign(walk, left, value)
    return value


def _current(walk: MethodWalk, left: Node) -> Value:
    if left.type in {"identifier", "instance_variable", "class_variable", "global_variable"}:
        return walk.variables.get(walk.file.text(left))
    if left.type == "constant":
        return walk.constants.get(walk.file.text(left))
    return walk.evaluate(left)


def setting(walk: MethodWalk, key: Value) -> Value:
    """A part of the application's configuration; the type of its keys is known, or is not set."""
    if key == "primary_key_type":
        return None if walk.key_type is None else Symbol(walk.key_type)
    return Settings()


def element(walk: MethodWalk, node: Node) -> Value:
    """``list[0]``, ``hash[:key]``."""
    children = parts(node)
    holder = walk.evaluate(children[0]) if children else None
    keys = [walk.evaluate(child) for child in children[1:]]
    if isinstance(holder, Constant) and holder.path == "Set":
        return keys
    if len(keys) == 1:
        if isinstance(holder, Settings):
            return setting(walk, keys[0])
        if isinstance(holder, Constant):
            return Constant(f"{holder.path}[{keys[0]}]")
        if isinstance(holder, dict):
            return holder.get(str(keys[0])) if is_known(keys[0]) else walk.unknown(node)
        if isinstance(holder, list) and isinstance(keys[0], int):
            return holder[keys[0]] if -len(holder) <= keys[0] < len(holder) else None
    return walk.unknown(node)


HANDLERS: Mapping[str, Callable[[MethodWalk, Node], Value]] = {
    "assignment": assignment,
    "operator_assignment": operator_assignment,
    "element_reference": element,
}
