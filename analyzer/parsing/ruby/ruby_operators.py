"""Truth, comparison, arithmetic: what Ruby's operators make of values."""

import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.model.core.condition import AllOf, AnyOf, Condition, Unsure, negated
from analyzer.parsing.ruby.ruby_value import (
    Choice,
    Constant,
    ModelQuery,
    Partial,
    Record,
    Settings,
    Undecided,
    Unknown,
    Value,
    is_known,
)
from analyzer.parsing.ruby.ruby_walk import Guard, MethodWalk
from analyzer.records import replace

_LONGEST = 100_000  # characters of a text that is put together


def truth(value: Value, text: str) -> bool | Condition:
    """Whether Ruby takes a value for true; a condition where that depends."""
    match value:
        case Undecided(condition):
            return condition
        case Unknown() | Record() | ModelQuery() | Partial() | Settings() | Choice():
            return Unsure(text)
        case Constant(path) if "[" in path or path.rpartition("::")[2].isupper():
            return Unsure(text)  # ENV["X"], FLAG: no class, so that it may be nil or false
        case _:
            return value is not None and value is not False


def opposite(decided: bool | Condition) -> bool | Condition:  # noqa: FBT001  a truth value or a condition
    """Turn a truth value or a condition round."""
    return not decided if isinstance(decided, bool) else negated(decided)


def binary(walk: MethodWalk, node: Node) -> Value:
    """``a && b``, ``a == b``, ``a + b`` and the like."""
    left_node, right_node = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator_node = node.child_by_field_name("operator")
    operator = walk.file.text(operator_node) if operator_node is not None else ""
    left = walk.evaluate(left_node)
    if operator in {"&&", "and", "||", "or"}:
        return logical(walk, left, left_node, right_node, is_and=operator in {"&&", "and"})
    return operate(walk, operator, left, walk.evaluate(right_node), node)


def logical(
    walk: MethodWalk,
    left: Value,
    left_node: Node | None,
    right_node: Node | None,
    *,
    is_and: bool,
) -> Value:
    """``&&`` and ``||``: the right side runs, and counts, only where the left one allows it."""
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


def operate(walk: MethodWalk, operator: str, left: Value, right: Value, node: Node) -> Value:  # noqa: PLR0911  one line a kind
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


def unary(walk: MethodWalk, node: Node) -> Value:
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


HANDLERS: Mapping[str, Callable[[MethodWalk, Node], Value]] = {
    "binary": binary,
    "unary": unary,
}
