"""What counts of a program's text: all but comments, blank space and what a formatter settles."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.facts import Script
from analyzer.frameworks.keyed.trees import read_tree, text_of, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_CLOSING = frozenset(")]}")
_MEANT = frozenset("-#'\"`$")  # in SQL: where these are, the end of a line may mean something
_BODIES = frozenset({"module", "block"})
_QUOTES = frozenset({"'", '"'})
_LITERAL = ("fragment", "string_content")
_LOOSE = frozenset({Script.JAVASCRIPT, Script.PYTHON})  # where a line's end ends a statement too


def code_pieces(script: Script, source: bytes) -> Iterator[str]:
    """The pieces of a text; two texts that a formatter may have made of one have the same.

    It may choose between two kinds of quotes, end a list with a comma or not, put a lone parameter
    into parentheses or not, and in JavaScript and Python end a statement with a semicolon or not.
    """
    for node in walk(read_tree(script, source)):
        if script is Script.PYTHON:
            yield from _begun(node)
        elif node.type.endswith("_statement"):
            yield ";"  # where it begins: a line that goes on is not one that ends
        if not node.children and not _is_of_the_format(script, node):
            yield _said(node)


def _begun(node: "Node") -> Iterator[str]:
    """How deep a statement of Python lies: nothing but that tells whose body it is in."""
    above = node.parent
    if above is None or above.type not in _BODIES or node.type in {";", "comment"}:
        return
    depth = 0
    while above is not None:
        depth += above.type in _BODIES
        above = above.parent
    yield ";" * depth


def _is_of_the_format(script: Script, leaf: "Node") -> bool:
    if leaf.type == "comment":
        return True
    if leaf.type == ",":
        return _ends_a_list(leaf)
    if leaf.type == ";":
        return script in _LOOSE
    return leaf.type in {"(", ")"} and _is_around_a_lone_parameter(leaf.parent)


def _ends_a_list(comma: "Node") -> bool:
    behind = comma.next_sibling
    while behind is not None and behind.type == "comment":
        behind = behind.next_sibling
    is_a_tuple = comma.parent is not None and comma.parent.type == "tuple"  # (1,) is not (1)
    return behind is not None and behind.type in _CLOSING and not is_a_tuple


def _is_around_a_lone_parameter(parameters: "Node | None") -> bool:
    if parameters is None or parameters.type != "formal_parameters":
        return False
    function, inside = parameters.parent, parameters.named_children
    if function is None or function.type != "arrow_function" or len(inside) != 1:
        return False
    return text_of(inside[0]).isidentifier()


def _said(leaf: "Node") -> str:
    text = text_of(leaf)
    if leaf.type.endswith(_LITERAL):
        return " ".join(text.split()) if "\n" in text and _MEANT.isdisjoint(text) else text
    if not _QUOTES.isdisjoint(text) and leaf.parent is not None and _is_plain(leaf.parent):
        return text.replace("'", '"')
    return text


def _is_plain(string: "Node") -> bool:
    """Whether its quotes could be others: none of what it holds means another thing in them."""
    parts = (*_LITERAL, "string_start", "string_end")
    return "\\" not in text_of(string) and all(
        it.type.endswith(parts) or not it.is_named for it in string.children
    )
