"""The statements of a migration's way up and down, in the trees of several languages."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from analyzer.frameworks.keyed.facts import Script
from analyzer.frameworks.keyed.trees import literal, text_of, walk
from analyzer.records import Struct

_CALLS = frozenset(
    {
        "call",
        "call_expression",
        "scoped_call_expression",
        "member_call_expression",
        "function_call_expression",
    }
)
_BODIES = frozenset({"statement_block", "compound_statement", "body_statement", "block_body"})
_PASSED_OVER = frozenset({"comment", "empty_statement", "php_tag"})
_CARRIED_OUT = "execute"  # a query builder's last word: sql`...`.execute(db)
_NAMING = {  # a node that names code: the fields of the name and of the code
    "assignment_expression": ("left", "right"),
    "variable_declarator": ("name", "value"),
    "pair": ("key", "value"),
    "method_definition": ("name", "body"),
    "method_declaration": ("name", "body"),
    "function_declaration": ("name", "body"),
}
_NAMES = ("property_identifier", "identifier", "name", "private_property_identifier")


class CallSite(Struct, frozen=True):
    """A function that is called: its last name, and its first arguments."""

    name: str
    arguments: tuple[Node, ...]


def ways(script: Script, root: Node) -> dict[str, list[Node]]:
    """The statements of ``up`` and ``down``, as far as the text has them."""
    if script is Script.PYTHON:
        return _yoyo(root)
    found: dict[str, list[Node]] = {}
    for node in walk(root):
        name, body = _named(node)
        if name in ("up", "down") and body is not None:
            found.setdefault(name, statements(body))
    return found


def _named(node: Node) -> tuple[str, Node | None]:
    """The name that a piece of code gets, and the code; where it is none, an empty one."""
    fields = _NAMING.get(node.type)
    if fields is None:
        return _ruby_block(node) if node.type == "call" else ("", None)
    name, code = fields
    inner = node.child_by_field_name(code)
    if inner is not None and code != "body":
        inner = inner.child_by_field_name("body")
    return _last_name(node.child_by_field_name(name)), inner


def _ruby_block(node: Node) -> tuple[str, Node | None]:
    """``up do ... end``: the method's name, and what stands in the block."""
    block, method = node.child_by_field_name("block"), node.child_by_field_name("method")
    if block is None or method is None:
        return "", None
    body = block.child_by_field_name("body")
    return text_of(method), body if body is not None else block


def _last_name(node: Node | None) -> str:
    if node is None:
        return ""
    named = [it for it in walk(node) if it.type in _NAMES]
    return text_of(named[-1]) if named else text_of(node).strip("'\"")


def statements(body: Node) -> list[Node]:
    """The statements of a block; an expression that stands for a body is the only one."""
    if body.type not in _BODIES:
        return [body]
    return [it for it in body.named_children if it.type not in _PASSED_OVER]


def _yoyo(root: Node) -> dict[str, list[Node]]:
    """Each ``step`` of a list or of the module: its first argument runs up, its second down."""
    up: list[Node] = []
    down: list[Node] = []
    for call in (it for it in walk(root) if it.type in _CALLS):
        function = call.child_by_field_name("function")
        if function is None or _last_name(function) != "step":
            continue
        found = _arguments(call)
        up += found[:1]
        down += found[1:2]
    return {"up": up, "down": down} if up else {}


def call_of(statement: Node) -> CallSite | None:
    """The one call that a statement consists of, awaited or returned; None where it is more.

    Of a chain the call whose arguments say what it is about is the first: in
    ``table('songs').insert(...)`` nothing is known of the whole.
    """
    node = statement
    while node.type in ("expression_statement", "await_expression", "return_statement"):
        inner = [it for it in node.named_children if it.type not in _PASSED_OVER]
        if len(inner) != 1:
            return None
        node = inner[0]
    if node.type not in _CALLS:
        return None
    if _called(node) == _CARRIED_OUT:
        node = _receiver(node) or node
    return CallSite(_called(node), tuple(_arguments(node)))


def _receiver(call: Node) -> Node | None:
    """The call whose result a method is called on."""
    function = call.child_by_field_name("function")
    found = function.child_by_field_name("object") if function is not None else None
    return found if found is not None and found.type in _CALLS else None


def _called(node: Node) -> str:
    for field in ("function", "name", "method"):
        named = node.child_by_field_name(field)
        if named is not None:
            return _last_name(named)
    return ""


def _arguments(node: Node) -> list[Node]:
    listed = node.child_by_field_name("arguments")
    if listed is None:
        return []
    if listed.type == "template_string":  # sql`...`
        return [listed]
    return [it for it in listed.named_children if it.type != "comment"]


def calls_in(nodes: Sequence[Node]) -> Iterator[CallSite]:
    """Every call in some statements."""
    for node in nodes:
        for inner in walk(node):
            if inner.type in _CALLS:
                yield CallSite(_called(inner), tuple(_arguments(inner)))


def chains_in(nodes: Sequence[Node]) -> Iterator[tuple[CallSite, ...]]:
    """Every chain of calls in some statements, the first call first: ``t.string('x').alter()``."""
    inner = [it for node in nodes for it in walk(node) if it.type in _CALLS]
    within = {receiver.id for it in inner if (receiver := _before(it)) is not None}
    for last in (it for it in inner if it.id not in within):
        chain, node = [last], _before(last)
        while node is not None:
            chain.append(node)
            node = _before(node)
        yield tuple(CallSite(_called(it), tuple(_arguments(it))) for it in reversed(chain))


def _before(call: Node) -> Node | None:
    """The call on whose result another one is called, in any of the languages."""
    found = _receiver(call) or call.child_by_field_name("object")
    found = found or call.child_by_field_name("receiver")
    return found if found is not None and found.type in _CALLS else None


def first_text(call: CallSite) -> tuple[str, int] | None:
    """The literal text that a call begins with, and its line."""
    return literal(call.arguments[0]) if call.arguments else None
