"""SQLAlchemy's types, defaults and names as SQL writes them, as far as a text is literal."""

import ast
from collections.abc import Mapping

_PLAIN = {
    "Integer": "integer",
    "INTEGER": "integer",
    "BigInteger": "bigint",
    "BIGINT": "bigint",
    "SmallInteger": "smallint",
    "SMALLINT": "smallint",
    "Text": "text",
    "TEXT": "text",
    "UnicodeText": "text",
    "Boolean": "boolean",
    "BOOLEAN": "boolean",
    "Date": "date",
    "DATE": "date",
    "Float": "double precision",
    "FLOAT": "double precision",
    "DOUBLE_PRECISION": "double precision",
    "LargeBinary": "bytea",
    "BYTEA": "bytea",
    "JSON": "json",
    "JSONB": "jsonb",
    "UUID": "uuid",
    "Uuid": "uuid",
    "INET": "inet",
    "CIDR": "cidr",
    "TSVECTOR": "tsvector",
    "Interval": "interval",
}
_TIMES = {"DateTime": "timestamp", "TIMESTAMP": "timestamp", "Time": "time", "TIME": "time"}
_SIZED = {
    "String": "varchar",
    "VARCHAR": "varchar",
    "Unicode": "varchar",
    "CHAR": "char",
    "Numeric": "numeric",
    "NUMERIC": "numeric",
}


class UnreadError(Exception):
    """Something is not literal, or not known here."""


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name, called or not: ``sa.Integer()`` is ``Integer``."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    raise UnreadError


def text_of(node: ast.expr) -> str:
    """A literal text, be it in ``op.f()``, ``sa.text()`` or alone."""
    if isinstance(node, ast.Call) and name_of(node) in ("f", "text") and len(node.args) == 1:
        return text_of(node.args[0])
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise UnreadError


def texts_of(node: ast.expr) -> list[str]:
    """A list of literal texts."""
    if not isinstance(node, ast.List | ast.Tuple):
        raise UnreadError
    return [text_of(it) for it in node.elts]


def flag(node: ast.expr | None) -> bool | None:
    """True or False; None where there is nothing."""
    if node is None:
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return node.value
    raise UnreadError


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def keywords(call: ast.Call) -> Mapping[str, ast.expr]:
    """The named arguments of a call."""
    if any(it.arg is None for it in call.keywords):
        raise UnreadError
    return {str(it.arg): it.value for it in call.keywords}


def type_of(node: ast.expr) -> str:
    """A column's type."""
    kind = name_of(node)
    if kind in _PLAIN:
        return _PLAIN[kind]
    call = node if isinstance(node, ast.Call) else ast.Call(node, [], [])
    named = keywords(call)
    if kind in _TIMES:
        zone = flag(named.get("timezone", call.args[0] if call.args else None))
        return _TIMES[kind] + (" with time zone" if zone else "")
    if kind in _SIZED:
        told = [*call.args, *(named[it] for it in ("length", "precision", "scale") if it in named)]
        sizes = [it.value for it in told if isinstance(it, ast.Constant)]
        sizes = [it for it in sizes if type(it) is int]
        return _SIZED[kind] + (f"({', '.join(map(str, sizes))})" if sizes else "")
    if kind == "ARRAY" and call.args:
        return f"{type_of(call.args[0])}[]"
    raise UnreadError


def default_of(node: ast.expr) -> str:
    """The default of a column, as it stands behind DEFAULT."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return literal(node.value)
    kind = name_of(node)
    if kind == "text" and isinstance(node, ast.Call) and node.args:
        return text_of(node.args[0])
    if kind in ("now", "current_timestamp") and isinstance(node, ast.Call) and not node.args:
        return "now()"
    if kind in ("true", "false"):
        return kind
    raise UnreadError
