"""PostgreSQL's parse tree as JSON, and the ways to read it.

A node is ``{"SelectStmt": {...}}``; absent fields are false, zero or empty. Source: libpg_query.
"""

from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]
"""The fields of a node, or a node with its kind around them."""


def opened(node: Node | None) -> tuple[str, Node]:
    """A node's kind and its fields; an empty kind where there is none."""
    if not node:
        return "", {}
    kind = next(iter(node))
    fields = node[kind]
    return kind, fields if isinstance(fields, dict) else {}


def strings(nodes: list[Node] | None) -> list[str]:
    """The texts of a list of String nodes."""
    return [str(node["String"].get("sval", "")) for node in nodes or () if "String" in node]


def name_of(nodes: list[Node] | None) -> str:
    """A dotted name without the schema that is meant anyway."""
    return dotted(strings(nodes))


def dotted(words: list[str]) -> str:
    """A dotted name without the schema that is meant anyway."""
    return ".".join(words[1:] if len(words) > 1 and words[0] in {"public", "pg_catalog"} else words)


def table_of(relation: Node | None) -> str:
    """The table that a RangeVar names."""
    if not relation:
        return ""
    words = [str(relation[key]) for key in ("schemaname", "relname") if relation.get(key)]
    return dotted(words)
