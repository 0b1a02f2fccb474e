"""Branches, loops, rescued errors and early exits."""

import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.model.core.condition import AnyOf, Condition, Unsure
from analyzer.model.effects.effect import AnsweredQuestion
from analyzer.parsing.ruby.ruby_assignment import assign
from analyzer.parsing.ruby.ruby_operators import opposite, truth
from analyzer.parsing.ruby.ruby_tree import parts
from analyzer.parsing.ruby.ruby_value import Choice, Unknown, Value, is_known
from analyzer.parsing.ruby.ruby_walk import Guard, LeaveError, MethodWalk
from analyzer.records import replace

_OF_A_LOOP = frozenset({"next", "break"})


def _condition(walk: MethodWalk, node: Node | None) -> bool | Condition:
    if node is None:
        return True
    return truth(walk.evaluate(node), walk.file.excerpt(node, 120))


def branch(
    walk: MethodWalk,
    decided: bool | Condition,  # noqa: FBT001  a truth value or a condition
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
        walk.guards.append(Guard(refused, likely=likely, leaves=left_first.kind))
    elif left_second:
        walk.guards.append(Guard(asked, leaves=left_second.kind))
    return one if _same(one, other) else Choice(asked, one, other)


def _same(one: Value, other: Value) -> bool:
    return one is other or (type(one) is type(other) and one == other)


def _under(
    walk: MethodWalk, guard: Guard, body: Callable[[], Value]
) -> tuple[Value, LeaveError | None]:
    with walk.guarded(guard):
        try:
            return body(), None
        except LeaveError as leave:
            return None, leave


def _merge(walk: MethodWalk, asked: AnsweredQuestion, other: dict[str, Value]) -> None:
    for name, value in other.items():
        if name not in walk.variables:
            walk.variables[name] = value
        elif not _same(walk.variables[name], value):
            walk.variables[name] = Choice(asked, value, walk.variables[name])


def if_statement(walk: MethodWalk, node: Node) -> Value:
    """``if``, ``elsif``, ``unless``, ``? :`` and the modifiers."""
    decided = _condition(walk, node.child_by_field_name("condition"))
    if node.type.startswith("unless"):
        decided = opposite(decided)
    then = node.child_by_field_name("consequence") or node.child_by_field_name("body")
    if then is not None and node.id in walk.standing:
        walk.standing.add(then.id)
    otherwise = node.child_by_field_name("alternative")
    return branch(walk, decided, lambda: walk.evaluate(then), lambda: walk.evaluate(otherwise))


def case_statement(walk: MethodWalk, node: Node) -> Value:
    """``case`` with ``when``; patterns are not looked into."""
    subject = node.child_by_field_name("value")
    value = walk.evaluate(subject) if subject is not None else True
    arms = [child for child in parts(node) if child.type in {"when", "else", "in_clause"}]
    return _arms(walk, value, arms)


def _arms(walk: MethodWalk, value: Value, arms: list[Node]) -> Value:
    if not arms:
        return None
    arm, rest = arms[0], arms[1:]
    if arm.type == "else":
        return walk.statements(arm)
    body = arm.child_by_field_name("body")
    decided = _matches(walk, value, arm)
    return branch(walk, decided, lambda: walk.evaluate(body), lambda: _arms(walk, value, rest))


def _matches(walk: MethodWalk, value: Value, arm: Node) -> bool | Condition:
    text = walk.file.excerpt(arm, 120)
    verdicts: list[bool | Condition] = []
    for child in parts(arm):
        if child.type == "pattern":
            pattern = walk.inside(child)
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
        return pattern.search(value[:100_000]) is not None
    if is_known(pattern) and is_known(value):
        return pattern == value
    return Unsure(text)


def sequence(walk: MethodWalk, node: Node) -> Value:
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


def _each(walk: MethodWalk, nodes: list[Node]) -> Value:
    value: Value = None
    for node in nodes:
        walk.standing.add(node.id)
        value = walk.evaluate(node)
    return value


def _rescued(walk: MethodWalk, body: Callable[[], Value], handler: Callable[[], Value]) -> Value:
    try:
        with walk.guarded(Guard(None, rescued=True), ends=frozenset({"raise"})):
            value = body()
    except LeaveError as leave:
        if leave.kind != "raise":
            raise
        return handler()
    branch(walk, Unsure("an error was raised"), handler, lambda: None)
    return value if is_known(value) else Unknown("a rescued value")


def rescue_clause(walk: MethodWalk, node: Node) -> Value:
    """What follows ``rescue``; it is read as unlikely."""
    variable = node.child_by_field_name("variable")
    for child in parts(variable) if variable is not None else ():
        assign(walk, child, walk.unknown(child))
    with walk.guarded(Guard(None, likely=False)):
        return walk.statements(node.child_by_field_name("body"))


def rescue_modifier(walk: MethodWalk, node: Node) -> Value:
    """``remove_index :songs, :title rescue nil``."""
    body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")

    def unlikely() -> Value:
        with walk.guarded(Guard(None, likely=False)):
            return walk.evaluate(handler)

    return _rescued(walk, lambda: walk.evaluate(body), unlikely)


def loop(walk: MethodWalk, node: Node) -> Value:
    """``while`` and ``until``: the body is read once; ``begin ... end while`` runs it first."""
    body = node.child_by_field_name("body")
    if body is not None and body.type == "begin":
        _once(walk, body)
        _condition(walk, node.child_by_field_name("condition"))
        return None
    condition = _condition(walk, node.child_by_field_name("condition"))
    if node.type.startswith("until"):
        condition = opposite(condition)
    if condition is not False:
        _once(walk, body)
    return None


def _once(walk: MethodWalk, body: Node | None) -> None:
    with walk.frame(_OF_A_LOOP):
        try:
            walk.evaluate(body)
        except LeaveError as leave:
            if leave.kind not in _OF_A_LOOP:
                raise


def for_loop(walk: MethodWalk, node: Node) -> Value:
    """``for a in list do``."""
    value = walk.inside(node.child_by_field_name("value"))
    pattern, body = node.child_by_field_name("pattern"), node.child_by_field_name("body")
    items = value if isinstance(value, list) else [walk.unknown(node)]
    for item in items:
        if pattern is not None:
            assign(walk, pattern, item)
        _once(walk, body)
    return value


def leave(walk: MethodWalk, node: Node) -> Value:
    """``return``, ``next`` and ``break``."""
    arguments = parts(node)
    values = [walk.evaluate(child) for child in parts(arguments[0])] if arguments else [None]
    raise LeaveError(node.type, values[0] if len(values) == 1 else values)


def shell(walk: MethodWalk, node: Node) -> Value:
    """A command in backquotes."""
    walk.opaque(node, "it runs a program")
    return walk.unknown(node)


def inherited(walk: MethodWalk, node: Node) -> Value:
    """``super``."""
    walk.opaque(node, "what the class above does is not in the file")
    return walk.unknown(node)


HANDLERS: Mapping[str, Callable[[MethodWalk, Node], Value]] = {
    "if": if_statement,
    "elsif": if_statement,
    "unless": if_statement,
    "if_modifier": if_statement,
    "unless_modifier": if_statement,
    "conditional": if_statement,
    "case": case_statement,
    "case_match": case_statement,
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
    "super": inherited,
}
