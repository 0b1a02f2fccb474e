"""Program text as a syntax tree, for the languages that these tools' migrations are written in."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import cast

from tree_sitter import Language, Node, Parser

from analyzer.frameworks.keyed.facts import Script

LARGEST = 1_000_000  # bytes read of one file
_GRAMMARS = {
    Script.JAVASCRIPT: ("tree_sitter_typescript", "language_typescript"),
    Script.PHP: ("tree_sitter_php", "language_php"),
    Script.PYTHON: ("tree_sitter_python", "language"),
    Script.RUBY: ("tree_sitter_ruby", "language"),
}
_TEXTS = frozenset({"string", "template_string", "encapsed_string", "heredoc", "nowdoc"})
_PLAIN = frozenset(
    {
        "string_fragment",
        "string_content",
        "string_start",
        "string_end",
        "escape_sequence",
        "heredoc_start",
        "heredoc_end",
        "heredoc_body",
        "nowdoc_body",
        "nowdoc_string",
    }
)


@cache
def _parser(script: Script) -> Parser:
    module, function = _GRAMMARS[script]
    return Parser(Language(getattr(import_module(module), function)()))


def read_tree(script: Script, source: bytes) -> Node:
    """Parse a text. Never raises: what the grammar cannot read is an error node."""
    return _parser(script).parse(source[:LARGEST]).root_node


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def text_of(node: Node) -> str:
    """A node's text, decoded as UTF-8 with replacement."""
    return cast("bytes", node.text).decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """The line where a node begins, one-based."""
    return node.start_point[0] + 1


def literal(node: Node) -> tuple[str, int] | None:
    """What a literal text holds, and the line where that begins; None where it is computed."""
    if node.type == "argument" and len(node.named_children) == 1:
        node = node.named_children[0]
    if node.type not in _TEXTS:
        return None
    inner = [it for it in walk(node) if it is not node and it.is_named]
    if any(it.type not in _PLAIN for it in inner):
        return None
    held = [it for it in inner if it.type not in ("string_start", "string_end")]
    if not held:
        return "", line_of(node)
    parts = [_unescaped(it) for it in held if not _is_inside(it, held)]
    return "".join(parts), line_of(held[0])


def _is_inside(node: Node, others: list[Node]) -> bool:
    return any(
        it.id != node.id and it.start_byte <= node.start_byte and node.end_byte <= it.end_byte
        for it in others
        if (it.start_byte, it.end_byte) != (node.start_byte, node.end_byte)
    )


_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


def _unescaped(node: Node) -> str:
    text = text_of(node)
    return _ESCAPED.get(text[1:], text[1:]) if node.type == "escape_sequence" else text
