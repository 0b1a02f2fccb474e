"""Assignments, branches, loops and early exits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tree_sitter import Node

from analyzer.model.condition import AllOf, AnyOf, Condition, Unsure, negated
from analyzer.model.effect import Asked
from analyzer.parsing.ruby_tree import parts
from analyzer.parsing.ruby_value import (
    Choice,
    Constant,
    Partial,
    Record,
    Relation,
    Settings,
    Symbol,
    Undecided,
    Unknown,
    Value,
    is_known,
)
from analyzer.parsing.ruby_walk import Guard, LeaveError, Walk

_LONGEST = 100_000  # characters of a text that is put together


# Truth


def truth(value: Value, text: str) -> bool | Condition:
    """Whether Ruby takes a value for true; a condition where that depends."""
    match value:
        case Undecided(condition):
            return condition
        case Unknown() | Record() | Relation() | Partial() | Settings() | Choice():
            return Unsure(text)
        case _:
            return value is not None and value is not False


def _condition(walk: Walk, node: Node | None) -> bool | Condition:
    if node is None:
        return True
    return truth(walk.evaluate(node), walk.file.excerpt(node, 120))


def opposite(decided: bool | Condition) -> bool | Condition:  # a truth value or a condition
    """Turn a truth value or a condition round."""
    return not decided if isinstance(decided, bool) else negated(decided)


# Branches


def branch(
    walk: Walk,
    decided: bool | Condition,  # a truth value or a condition
    then: Callable[[], Value],
    otherwise: Callable[[], Value],
) -> Value:
    """Read one branch where the condition is decided, both where it is not."""
    if isinstance(decided, bool):
        return then() if decided else otherwise()
    asked = walk.ask(decided)
    refused = replace(asked, answer=False)
    start, before = len(walk.effects), dict(walk.variables)
    one, left_first = _under(walk, Guard(asked), then)
    after_then, walk.variables = walk.variables, before
    likely = not walk.changes_schema_since(start)
    other, left_second = _under(walk, Guard(refused, likely=likely), otherwise)
    _merge(walk, asked, after_then)
    if left_first and left_second:
        raise left_first
    if left_first:
        walk.guards.append(Guard(refused, likely=likely))
    elif left_second:
        walk.guards.append(Guard(asked))
    return one if _same(one, other) else Choice(asked, one, other)


def _same(one: Value, other: Value) -> bool:
    return one is other or (type(one) is type(other) and one == other)


def _under(walk: Walk, guard: Guard, body: Callable[[], Value]) -> tuple[Value, LeaveError | None]:
    with walk.guarded(guard):
        try:
            return body(), None
        except LeaveError as leave:
            return None, leave


def _merge(walk: Walk, asked: Asked, other: dict[str, Value]) -> None:
    for name, value in other.items():
        if name not in walk.variables:
            walk.variables[name] = value
        elif not _same(walk.variables[name], value):
            walk.variables[name] = Choice(asked, value, walk.variables[name])


def if_statement(walk: Walk, node: Node) -> Value:
    """``if``, ``elsif``, ``unless``, ``? :`` and the modifiers."""
    decided = _condition(walk, node.child_by_field_name("condition"))
    if node.type.startswith("unless"):
        decided = opposite(decided)
    then = node.child_by_field_name("consequence") or node.child_by_field_name("body")
    if then is not None and node.id in walk.standing:
        walk.standing.add(then.id)
    otherwise = node.child_by_field_name("alternative")
    return branch(walk, decided, lambda: walk.evaluate(then), lambda: walk.evaluate(otherwise))


def case_statement(walk: Walk, node: Node) -> Value:
    """``case`` with ``when``; patterns are not looked into."""
    subject = node.child_by_field_name("value")
    value = walk.evaluate(subject) if subject is not None else True
    arms = [child for child in parts(node) if child.type in {"when", "else", "in_clause"}]
    return _arms(walk, value, arms)


def _arms(walk: Walk, value: Value, arms: list[Node]) -> Value:
    if not arms:
        return None
    arm, rest = arms[0], arms[1:]
    if arm.type == "else":
        return walk.statements(arm)
    body = arm.child_by_field_name("body")
    decided = _matches(walk, value, arm)
    return branch(walk, decided, lambda: walk.evaluate(body), lambda: _arms(walk, value, rest))


def _matches(walk: Walk, value: Value, arm: Node) -> bool | Condition:
    text = walk.file.excerpt(arm, 120)
    verdicts: list[bool | Condition] = []
    for child in parts(arm):
        if child.type == "pattern":
            pattern = walk.statements(child)
            verdicts.append(_equal_case(pattern, value, text))
        elif child.type not in {"then", "comment"}:
            verdicts.append(Unsure(text))
    if True in verdicts:
        return True
    open_ones = tuple(verdict for verdict in verdicts if not isinstance(verdict, bool))
    return AnyOf(open_ones) if open_ones else False


def _equal_case(pattern: Value, value: Value, text: str) -> bool | Condition:
    if value is True:
        return truth(pattern, text)
    if isinstance(pattern, re.Pattern) and isinstance(value, str):
        return pattern.search(value[:_LONGEST]) is not None
    if is_known(pattern) and is_known(value):
        return pattern == value
    return Unsure(text)


# Operators


def binary(walk: Walk, node: Node) -> Value:
    """``a && b``, ``a == b``, ``a + b`` and the like."""
    left_node, right_node = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator_node = node.child_by_field_name("operator")
    operator = walk.file.text(operator_node) if operator_node is not None else ""
    left = walk.evaluate(left_node)
    if operator in {"&&", "and", "||", "or"}:
        return _logical(walk, operator in {"&&", "and"}, left, left_node, right_node)
    return operate(walk, operator, left, walk.evaluate(right_node), node)


def _logical(
    walk: Walk,
    is_and: bool,
    left: Value,
    left_node: Node | None,
    right_node: Node | None,
) -> Value:
    decided = truth(left, walk.file.excerpt(left_node, 120) if left_node else "")
    if isinstance(decided, bool):
        return walk.evaluate(right_node) if decided is is_and else left
    with walk.guarded(Guard(replace(walk.ask(decided), answer=is_and))):
        right = walk.evaluate(right_node)
    other = truth(right, walk.file.excerpt(right_node, 120) if right_node else "")
    if isinstance(other, bool):
        if not isinstance(right, bool | None):
            return Unknown("a choice")
        return Undecided(decided) if other is is_and else other
    both = (decided, other)
    return Undecided(AllOf(both) if is_and else AnyOf(both))


def operate(walk: Walk, operator: str, left: Value, right: Value, node: Node) -> Value:
    """Apply an operator to two values; unknown where one of them is."""
    match operator, left, right:
        case (("=~" | "!~"), str(), re.Pattern()):
            return (right.search(left[:_LONGEST]) is not None) is (operator == "=~")
        case "+", str(), str() if len(left) + len(right) <= _LONGEST:
            kind = Partial if isinstance(left, Partial) or isinstance(right, Partial) else str
            return kind(str(left) + str(right))
        case "+", list(), list() if len(left) + len(right) <= _LONGEST:
            return left + right
        case "-", list(), list():
            return [item for item in left if item not in right]
        case "<<", list(), _:
            left.append(right)
            return left
        case (("==" | "!="), _, _) if _comparable(left) and _comparable(right):
            return (left == right) is (operator == "==")
        case "%", str(), _:
            return Partial(left) if "%" in left else left
        case _:
            pass
    return _arithmetic(operator, left, right, walk.unknown(node))


def _comparable(value: Value) -> bool:
    return is_known(value) and not isinstance(value, Partial)


_ARITHMETIC: Mapping[str, Callable[[float, float], Value]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
}
_LARGEST = 10**15


def _arithmetic(operator: str, left: Value, right: Value, unknown: Unknown) -> Value:
    one, other = _number(left), _number(right)
    if one is None and isinstance(left, str) and isinstance(right, str):
        one, other = (
            float(_release(left) > _release(right)),
            float(_release(left) < _release(right)),
        )
    if one is not None and other is not None and operator in _ARITHMETIC:
        return _ARITHMETIC[operator](one, other)
    return unknown


def _number(value: Value) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < _LARGEST else None


def _release(text: str) -> tuple[int, ...]:
    """A version such as 5.2.1 as numbers, so that 5.10 is later than 5.2."""
    return tuple(int(digits[:9]) for digits in re.findall(r"\d+", text[:50]))


def unary(walk: Walk, node: Node) -> Value:
    """``!a``, ``not a``, ``-1`` and ``defined?(A)``."""
    operator_node, operand = (
        node.child_by_field_name("operator"),
        node.child_by_field_name("operand"),
    )
    operator = walk.file.text(operator_node) if operator_node is not None else ""
    if operator == "defined?":
        return walk.unknown(node)
    value = walk.evaluate(operand)
    if operator in {"!", "not"}:
        decided = opposite(truth(value, walk.file.excerpt(node, 120).removeprefix("!")))
        return decided if isinstance(decided, bool) else Undecided(decided)
    if operator == "-" and isinstance(value, int | float):
        return -value
    return walk.unknown(node)


# Assignment


def assignment(walk: Walk, node: Node) -> Value:
    """``a = 1``, ``a, b = pair``, ``NAME = 1``, ``hash[:a] = 1``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if right is not None and right.type == "right_assignment_list":
        value: Value = [walk.evaluate(child) for child in parts(right)]
    else:
        value = walk.evaluate(right)
    if left is not None:
        assign(walk, left, value)
    return value


def assign(walk: Walk, left: Node, value: Value) -> None:
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
            walk.evaluate(left.child_by_field_name("receiver"))
        case _:
            walk.unknown(left)


def _assign_parts(walk: Walk, targets: list[Node], value: Value) -> None:
    values = value if isinstance(value, list) else None
    for place, target in enumerate(targets):
        if target.type in {"rest_assignment", "splat_parameter"}:
            item: Value = walk.unknown(target)
        elif values is None:
            item = value if isinstance(value, Unknown) else walk.unknown(target)
        else:
            item = values[place] if place < len(values) else None
        assign(walk, target, item)


def _assign_element(walk: Walk, left: Node, value: Value) -> None:
    children = parts(left)
    holder = walk.evaluate(children[0]) if children else None
    key = walk.evaluate(children[1]) if len(children) > 1 else None
    if isinstance(holder, dict) and isinstance(key, str | int):
        holder[str(key)] = value
    elif isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder):
        holder[key] = value


def operator_assignment(walk: Walk, node: Node) -> Value:
    """``a ||= 1``, ``a += 1``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator_node = node.child_by_field_name("operator")
    operator = walk.file.text(operator_node)[:-1] if operator_node is not None else ""
    old = None if left is None else _current(walk, left)
    if operator in {"||", "&&"}:
        value = _logical(walk, operator == "&&", old, left, right)
    else:
        value = operate(walk, operator, old, walk.evaluate(right), node)
    if left is not None:
        assign(walk, left, value)
    return value


def _current(walk: Walk, left: Node) -> Value:
    if left.type in {"identifier", "instance_variable", "class_variable", "global_variable"}:
        return walk.variables.get(walk.file.text(left))
    if left.type == "constant":
        return walk.constants.get(walk.file.text(left))
    return walk.evaluate(left)


# Blocks of statements, loops, exits


def sequence(walk: Walk, node: Node) -> Value:
    """Statements one after the other, with the ``rescue`` that may close them."""
    children = parts(node)
    rescues = [child for child in children if child.type == "rescue"]
    if not rescues:
        return walk.statements(node)
    body = [child for child in children if child.type not in {"rescue", "ensure", "else"}]
    after = [child for child in children if child.type in {"ensure", "else"}]
    value = _rescued(walk, lambda: _each(walk, body), lambda: _each(walk, rescues))
    _each(walk, after)
    return value


def _each(walk: Walk, nodes: list[Node]) -> Value:
    value: Value = None
    for node in nodes:
        walk.standing.add(node.id)
        value = walk.evaluate(node)
    return value


def _rescued(walk: Walk, body: Callable[[], Value], handler: Callable[[], Value]) -> Value:
    try:
        with walk.guarded(Guard(None, rescued=True)):
            value = body()
    except LeaveError as leave:
        if leave.kind != "raise":
            raise
        return handler()
    branch(walk, Unsure("an error was raised"), handler, lambda: None)
    return value if is_known(value) else Unknown("a rescued value")


def rescue_clause(walk: Walk, node: Node) -> Value:
    """What follows ``rescue``; it is read as unlikely."""
    variable = node.child_by_field_name("variable")
    for child in parts(variable) if variable is not None else ():
        assign(walk, child, walk.unknown(child))
    with walk.guarded(Guard(None, likely=False)):
        return walk.statements(node.child_by_field_name("body"))


def rescue_modifier(walk: Walk, node: Node) -> Value:
    """``remove_index :songs, :title rescue nil``."""
    body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")

    def unlikely() -> Value:
        with walk.guarded(Guard(None, likely=False)):
            return walk.evaluate(handler)

    return _rescued(walk, lambda: walk.evaluate(body), unlikely)


def loop(walk: Walk, node: Node) -> Value:
    """``while`` and ``until``: the body is read once."""
    condition = _condition(walk, node.child_by_field_name("condition"))
    if node.type.startswith("until"):
        condition = opposite(condition)
    body = node.child_by_field_name("body")
    if condition is not False:
        _once(walk, body)
    return None


def _once(walk: Walk, body: Node | None) -> None:
    with walk.frame():
        try:
            walk.evaluate(body)
        except LeaveError as leave:
            if leave.kind not in {"next", "break"}:
                raise


def for_loop(walk: Walk, node: Node) -> Value:
    """``for a in list do``."""
    value = walk.statements(node.child_by_field_name("value"))
    pattern, body = node.child_by_field_name("pattern"), node.child_by_field_name("body")
    items = value if isinstance(value, list) else [walk.unknown(node)]
    for item in items:
        if pattern is not None:
            assign(walk, pattern, item)
        _once(walk, body)
    return value


def leave(walk: Walk, node: Node) -> Value:
    """``return``, ``next`` and ``break``."""
    arguments = parts(node)
    values = [walk.evaluate(child) for child in parts(arguments[0])] if arguments else [None]
    raise LeaveError(node.type, values[0] if len(values) == 1 else values)


def shell(walk: Walk, node: Node) -> Value:
    """A command in backquotes."""
    walk.opaque(node, "it runs a program")
    return walk.unknown(node)


def setting(walk: Walk, key: Value) -> Value:
    """A part of the application's configuration; the type of its keys is known, or is not set."""
    if key == "primary_key_type":
        return None if walk.key_type is None else Symbol(walk.key_type)
    return Settings()


def element(walk: Walk, node: Node) -> Value:
    """``list[0]``, ``hash[:key]``."""
    children = parts(node)
    holder = walk.evaluate(children[0]) if children else None
    keys = [walk.evaluate(child) for child in children[1:]]
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


HANDLERS: Mapping[str, Callable[[Walk, Node], Value]] = {
    "if": if_statement,
    "elsif": if_statement,
    "unless": if_statement,
    "if_modifier": if_statement,
    "unless_modifier": if_statement,
    "conditional": if_statement,
    "case": case_statement,
    "case_match": case_statement,
    "binary": binary,
    "unary": unary,
    "assignment": assignment,
    "operator_assignment": operator_assignment,
    "body_statement": sequence,
    "begin": sequence,
    "block_body": sequence,
    "rescue": rescue_clause,
    "rescue_modifier": rescue_modifier,
    "while": loop,
    "until": loop,
    "while_modifier": loop,
    "until_modifier": loop,
    "for": for_loop,
    "return": leave,
    "next": leave,
    "break": leave,
    "subshell": shell,
    "element_reference": element,
}
