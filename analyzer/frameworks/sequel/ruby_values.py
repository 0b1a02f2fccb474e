"""Literal values in Sequel's Ruby: what is computed is not read at all."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.trees import literal, text_of
from analyzer.records import Struct

if TYPE_CHECKING:
    from tree_sitter import Node

_ATOMS: Mapping[str, object] = {"true": True, "false": False, "nil": None}
_CURRENT = frozenset({"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"})


class ComputedError(Exception):
    """Something that only running it would tell."""


class SymbolName(Struct, frozen=True):
    """A symbol: the name of a table, a column or a type."""

    text: str


class RawSql(Struct, frozen=True):
    """SQL that is sent as it stands."""

    text: str


class ClassName(Struct, frozen=True):
    """A Ruby class that stands for a type."""

    text: str


def value_of(node: "Node") -> object:
    """The value of a literal. Raises ComputedError where it is none."""
    told = text_of(node)
    if told in _ATOMS:
        return _ATOMS[told]
    simple = _SIMPLE.get(node.type)
    if simple is not None:
        return simple(told)
    if node.type == "array":
        return [value_of(it) for it in node.named_children]
    return _raw(node) if node.type == "call" else _text(node)


def _text(node: "Node") -> str:
    found = literal(node)
    if found is None:
        raise ComputedError(text_of(node))
    return found[0]


def _of_sequel(told: str) -> RawSql:
    space, _, name = told.rpartition("::")
    if space.removeprefix("::") != "Sequel" or name not in _CURRENT:
        raise ComputedError(told)
    return RawSql(name)


def _raw(node: "Node") -> RawSql:
    """``Sequel.lit("now()")``."""
    receiver, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
    listed = node.child_by_field_name("arguments")
    if receiver is None or method is None or listed is None:
        raise ComputedError(text_of(node))
    told = text_of(receiver), text_of(method)
    if told != ("Sequel", "lit") or len(listed.named_children) != 1:
        raise ComputedError(text_of(node))
    return RawSql(_text(listed.named_children[0]))


_SIMPLE: Mapping[str, Callable[[str], object]] = {
    "simple_symbol": lambda told: SymbolName(told[1:]),
    "integer": lambda told: int(told.replace("_", "")),
    "float": RawSql,
    "constant": ClassName,
    "scope_resolution": _of_sequel,
}


class SchemaCall(Struct, frozen=True):
    """A call without a receiver: its name, its values, its options, the statements of its block."""

    name: str
    values: tuple[object, ...]
    options: Mapping[str, object]
    block: "tuple[Node, ...] | None"

    def only(self, *known: str) -> Mapping[str, object]:
        """The options, if each of them is known. Raises ComputedError."""
        if unknown := {*self.options} - {*known}:
            raise ComputedError(", ".join(unknown))
        return self.options


def call_at(node: "Node") -> SchemaCall:
    """Read a statement that is one call. Raises ComputedError where it is more."""
    if node.type != "call" or node.child_by_field_name("receiver") is not None:
        raise ComputedError(text_of(node))
    method, listed = node.child_by_field_name("method"), node.child_by_field_name("arguments")
    if method is None:
        raise ComputedError(text_of(node))
    values: list[object] = []
    options: dict[str, object] = {}
    for it in listed.named_children if listed is not None else ():
        if it.type == "pair":
            key, held = it.child_by_field_name("key"), it.child_by_field_name("value")
            if key is None or held is None:
                raise ComputedError(text_of(it))
            options[text_of(key).strip(":")] = value_of(held)
        elif it.type != "comment":
            values.append(value_of(it))
    return SchemaCall(text_of(method), tuple(values), options, _block(node))


def _block(node: "Node") -> "tuple[Node, ...] | None":
    block = node.child_by_field_name("block")
    if block is None:
        return None
    if block.child_by_field_name("parameters") is not None:
        raise ComputedError(text_of(node))
    body = block.child_by_field_name("body")
    found = body.named_children if body is not None else ()
    return tuple(it for it in found if it.type != "comment")
