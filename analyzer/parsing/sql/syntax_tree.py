"""Names and values out of sqlglot's tree."""

import re

from sqlglot import exp

from analyzer.model.schema.schema import Default, SqlText
from analyzer.parsing.sql.dialect import Dialect

Node = exp.Expression
_OWN_SCHEMAS = frozenset({"main", "temp", "public"})


def name_of(node: object) -> str:
    """The name of a table, a column or anything else; a schema comes before it."""
    if isinstance(node, exp.Schema):
        return name_of(node.this)
    if isinstance(node, exp.Table):
        schema = node.db
        return f"{schema}.{node.name}" if schema and schema not in _OWN_SCHEMAS else node.name
    if isinstance(node, exp.Ordered | exp.ColumnPrefix | exp.Collate | exp.Paren):
        return name_of(node.this)
    return node.name if isinstance(node, Node) else ""


def names_of(nodes: object) -> tuple[str, ...]:
    """The names of several."""
    return tuple(name_of(node) for node in nodes) if isinstance(nodes, list) else ()


def text_of(node: object, dialect: Dialect) -> str:
    """An expression as text."""
    return node.sql(dialect=dialect.name) if isinstance(node, Node) else ""


def tables_in(node: Node) -> set[str]:
    """All tables that a statement names, without those that it defines itself (WITH)."""
    own = {name_of(it.args.get("alias")) or it.alias for it in node.find_all(exp.CTE)}
    return {name_of(table) for table in node.find_all(exp.Table)} - own - {""}


def default_of(node: object, dialect: Dialect) -> Default:
    """A DEFAULT's expression as a value where it is a constant, else as SQL."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal) and node.is_string:
        return str(node.this)
    if isinstance(node, exp.Column) and dialect.quoted_defaults and node.this.args.get("quoted"):
        return node.name
    text = text_of(node, dialect)
    return _number(text) if _NUMBER.fullmatch(text) else SqlText(text) if text else None


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdecimal() else float(text)


_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d{0,300})?(?:e[-+]?\d{1,3})?", re.IGNORECASE)
