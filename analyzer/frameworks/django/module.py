"""What the module of a migration says of others: those it comes after, before, and stands for."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.facts import Script
from analyzer.model.core.defining_line import DefiningLine, lines_of
from analyzer.records import Struct

if TYPE_CHECKING:
    from tree_sitter import Node

_ROLES = ("dependencies", "run_before", "replaces")
_LISTS = ("list", "tuple", "set", "parenthesized_expression")
_REMEMBERED = 1 << 13  # texts: a tree's are read more than once
_MODEL = re.compile(r"""swappable_dependency\(\s*['"](\w+)\.\w+['"]\s*\)""")
_PAIR = 2  # an app's label and a migration's name


class Named(Struct, frozen=True):
    """Another migration that a module names.

    ``line`` (one-based) and ``column`` (in bytes of UTF-8) are where the text of its name begins;
    both are None where no literal tells it.
    """

    role: str  # the attribute of the class that names it
    app: str
    name: str
    line: int | None = None
    column: int | None = None

    @property
    def key(self) -> str:
        """As the tool prints it."""
        return f"{self.app}.{self.name}"


class Module(Struct, frozen=True):
    """One module. ``computed``: it names others in a way that only running it shows."""

    named: tuple[Named, ...] = ()
    computed: bool = False

    def keys(self, role: str) -> tuple[str, ...]:
        """The migrations that it names in one of its attributes."""
        return tuple(dict.fromkeys(it.key for it in self.named if it.role == role))


@lru_cache(maxsize=_REMEMBERED)
def read_module(content: bytes) -> Module | None:
    """Read a module; None where it defines no class ``Migration``."""
    from analyzer.frameworks.keyed.trees import read_tree, text_of, walk

    for node in walk(read_tree(Script.PYTHON, content)):
        if node.type != "class_definition":
            continue
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None and text_of(name) == "Migration":
            return _module(body)
    return None


def _module(body: "Node") -> Module:
    """What the attributes of a class name."""
    from analyzer.frameworks.keyed.trees import text_of

    named: list[Named] = []
    computed = False
    for statement in body.named_children:
        for it in statement.named_children if statement.type == "expression_statement" else ():
            left, right = it.child_by_field_name("left"), it.child_by_field_name("right")
            role = text_of(left) if left is not None else ""
            if role not in _ROLES or right is None:
                continue
            told = list(_listed(role, right))
            named += [one for one in told if one is not None]
            computed = computed or None in told
    return Module(tuple(named), computed)


def _listed(role: str, value: "Node") -> Iterator[Named | None]:
    """Each migration that an expression lists; None for a part that only running it shows."""
    if value.type in _LISTS:
        for element in value.named_children:
            if element.type != "comment":
                yield from _element(role, element)
    elif value.type == "binary_operator":
        for side in ("left", "right"):
            part = value.child_by_field_name(side)
            if part is not None:
                yield from _listed(role, part)
    else:
        yield None


def _element(role: str, element: "Node") -> Iterator[Named | None]:
    from analyzer.frameworks.keyed.trees import literal, text_of

    parts = [it for it in element.named_children if it.type != "comment"]
    if element.type == "call":
        yield from _swappable(role, text_of(element))
        return
    if element.type not in ("tuple", "list") or len(parts) != _PAIR:
        yield None
        return
    app, name = literal(parts[0]), literal(parts[1])
    if app is None or name is None:
        yield None
        return
    place = next((it for it in parts[1].named_children if it.type == "string_content"), None)
    if place is None or text_of(place) != name[0]:  # spelt with escapes
        yield Named(role, app[0], name[0])
        return
    row, column = place.start_point
    yield Named(role, app[0], name[0], row + 1, column)


def _swappable(role: str, text: str) -> Iterator[Named | None]:
    """The app of a model that a setting may exchange, where the text tells it."""
    found = _MODEL.search(text)
    if found is not None:
        yield Named(role, found[1], "__first__")


def mentions_of(content: bytes, key: str) -> Iterator[DefiningLine]:
    """The places where a module names a migration, as far as they stand in one piece.

    The syntax tree counts bytes, a line counts characters.
    """
    module = read_module(content)
    lines = lines_of(content)
    for it in module.named if module is not None else ():
        if it.key != key or it.line is None or it.column is None or it.line > len(lines):
            continue
        text = lines[it.line - 1].removesuffix("\r")
        before = text.encode("utf-8", "surrogateescape")[: it.column]
        start = len(before.decode("utf-8", "surrogateescape"))
        if text.startswith(it.name, start):
            yield DefiningLine(it.line, text, it.name, start)
