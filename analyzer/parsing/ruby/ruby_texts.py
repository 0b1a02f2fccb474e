"""Texts and symbols: quoted, interpolated, chained, heredocs, lists of words."""

import re
from contextlib import suppress

from tree_sitter import Node

from analyzer.parsing.ruby.ruby_tree import parts
from analyzer.parsing.ruby.ruby_value import (
    GAP,
    Partial,
    Symbol,
    Value,
)
from analyzer.parsing.ruby.ruby_walk import MethodWalk

_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "s": " ",
    "\n": "",
    "\r\n": "",
}


_OCTAL = re.compile(r"[0-7]{1,3}")
_CODES = re.compile(r"u\{([\da-fA-F\s]+)\}")
_BYTE = 0xFF
_HELD = ("C", "M", "c")


def simple_symbol(walk: MethodWalk, node: Node) -> Value:
    """``:songs``."""
    return Symbol(walk.file.text(node)[1:])


def hash_key(walk: MethodWalk, node: Node) -> Value:
    """The ``null`` of ``null: false``."""
    return Symbol(walk.file.text(node))


def string(walk: MethodWalk, node: Node) -> Value:
    """A text, or the known parts of one."""
    value = _joined(walk, node.named_children)
    if walk.file.source[node.start_byte : node.start_byte + 1] == b"'" and isinstance(value, str):
        return re.sub(r"\\(['\\])", r"\1", value)
    return value


def symbol(walk: MethodWalk, node: Node) -> Value:
    """``:"songs_#{name}"``."""
    value = string(walk, node)
    return value if isinstance(value, Partial) else Symbol(value)


def _joined(walk: MethodWalk, pieces: list[Node]) -> Value:
    texts: list[str] = []
    known = True
    for piece in pieces:
        value = _piece(walk, piece)
        known = known and not isinstance(value, Partial)
        texts.append(value)
    return "".join(texts) if known else Partial("".join(texts))


def _piece(walk: MethodWalk, node: Node) -> str:
    match node.type:
        case "string_content" | "heredoc_content":
            return walk.file.text(node)
        case "escape_sequence":
            return _unescaped(walk.file.text(node))
        case "interpolation":
            return _shown(walk, walk.inside(node))
        case _:
            return ""


def _unescaped(text: str) -> str:
    """What an escape sequence of a text in double quotes stands for."""
    inner = text[1:]
    with suppress(ValueError, OverflowError):
        if codes := _CODES.fullmatch(inner):
            return "".join(chr(int(code, 16)) for code in codes[1].split())
        if inner[:1] in {"u", "x"} and len(inner) > 1:
            return chr(int(inner[1:], 16))
        if _OCTAL.fullmatch(inner):
            return chr(int(inner, 8) & _BYTE)
    if inner[:1] in _HELD:
        return Partial(f"{GAP}key")  # a key held down: nobody writes that into a schema
    return _ESCAPES.get(inner, inner)


def character(walk: MethodWalk, node: Node) -> Value:
    """``?a``, a text of one character."""
    text = walk.file.text(node)[1:]
    return _unescaped(text) if text.startswith("\\") else text


def _shown(walk: MethodWalk, value: Value) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case None:
            return ""
        case int() | float():
            return str(value)
        case _:
            walk.gaps += 1
            return Partial(f"{GAP}{walk.gaps}")


def chained(walk: MethodWalk, node: Node) -> Value:
    """``"one" "two"``."""
    values = [walk.evaluate(child) for child in parts(node)]
    text = "".join(value for value in values if isinstance(value, str))
    return Partial(text) if any(isinstance(value, Partial) for value in values) else text


def heredoc(walk: MethodWalk, node: Node) -> Value:
    """The body that belongs to ``<<~SQL``, outdented if it has the squiggle."""
    body = walk.file.heredocs.get(node.start_byte)
    if body is None:
        return walk.unknown(node)
    text = _joined(walk, body.named_children)
    lines = str(text).removeprefix("\n").split("\n")
    lines[-1] = lines[-1].strip(" \t")
    if walk.file.source[node.start_byte + 2 : node.start_byte + 3] == b"~":
        margin = min((_margin(line) for line in lines if line.strip()), default=0)
        lines = [line[margin:] for line in lines]
    joined = "\n".join(lines)
    return Partial(joined) if isinstance(text, Partial) else joined


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def words(walk: MethodWalk, node: Node) -> Value:
    """``%w[a b]`` and ``%i[a b]``."""
    wrap = Symbol if node.type == "symbol_array" else str
    values = [_joined(walk, child.named_children) for child in parts(node)]
    return [value if isinstance(value, Partial) else wrap(value) for value in values]
