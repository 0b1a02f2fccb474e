"""One form for expressions that PostgreSQL takes for the same, however they are written.

PostgreSQL prints an expression anew: ``status IN ('a', 'b')`` comes back from its catalogue as
``((status)::text = ANY ((ARRAY['a'::character varying, ...])::text[]))``. Both have one form here.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from analyzer.engines.postgresql.parser.sql_interval import interval_form
from analyzer.engines.postgresql.parser.sql_node import Node, name_of, opened, strings

_TELLING_CASTS = frozenset({"date", "time", "json", "jsonb", "uuid", "bool", "inet"})
_BETWEEN = {"AND": "AEXPR_BETWEEN", "OR": "AEXPR_NOT_BETWEEN"}
_BOOLEANS = {"t": "true", "f": "false"}
_LONGEST = 20_000  # characters; longer expressions are compared as they are written
_UNTOLD = frozenset({"location", "funcformat", "typemod", "rexpr_list_start", "rexpr_list_end"})


def canonical(text: str) -> str:
    """Bring an expression, or a list of index columns, into its one form. Total.

    What PostgreSQL's parser refuses keeps its words; the form is for comparing, not for reading.
    """
    for sql, elements in (
        (f"CREATE INDEX ON t ({text})", _index_elements),
        (f"SELECT {text}", _targets),
    ):
        try:
            node = _only_statement(sql)
            if node is not None:
                return ", ".join(map(_form, elements(node)))
        except RecursionError:
            break
    return " ".join(re.findall(r"\w+|[^\w\s()]", text.lower()))


def _only_statement(sql: str) -> Node | None:
    from pglast.parser import ParseError, parse_sql_json

    if len(sql) > _LONGEST or "\0" in sql:
        return None
    try:
        statements = json.loads(parse_sql_json(sql.encode("utf-8", "replace").decode()))["stmts"]
    except (ParseError, ValueError, RecursionError):
        return None
    return opened(statements[0]["stmt"])[1] if len(statements) == 1 else None


def _index_elements(node: Node) -> Iterator[Node | str]:
    for element in node.get("indexParams") or ():
        fields = opened(element)[1]
        yield str(fields["name"]) if "name" in fields else fields.get("expr") or ""


def _targets(node: Node) -> Iterator[Node | str]:
    return (opened(target)[1].get("val") or "" for target in node.get("targetList") or ())


def _form(node: object) -> str:
    if isinstance(node, list):
        return f"[{', '.join(map(_form, node))}]"
    if not isinstance(node, dict):
        return str(node)
    if len(node) != 1:
        return _fields(node)
    kind, fields = opened(node)
    rule = _RULES.get(kind)
    return rule(fields) if rule is not None else f"{kind}({_fields(fields)})"


def _fields(fields: Node) -> str:
    told = sorted(fields.keys() - _UNTOLD)
    return ", ".join(f"{name}={_form(fields[name])}" for name in told)


def _constant(fields: Node) -> str:
    """A constant as its text: PostgreSQL prints ``-1`` as ``'-1'::integer``."""
    for key in ("sval", "ival", "fval"):
        if key in fields:
            value = str(fields[key].get(key, "" if key == "sval" else 0))
            return f"'{_BOOLEANS.get(value, value)}'"
    if "boolval" in fields:
        return "'true'" if fields["boolval"].get("boolval", False) else "'false'"
    return "NULL"


def _column(fields: Node) -> str:
    return (strings(fields.get("fields")) or ["*"])[-1]


def _cast(fields: Node) -> str:
    """Most casts are PostgreSQL's own addition; those that change the meaning are kept."""
    inner, word = fields.get("arg"), name_of((fields.get("typeName") or {}).get("names"))
    if word == "interval" and opened(inner)[0] == "A_Const":
        return f"'{interval_form(_form(inner)[1:-1])}'"
    if word in _TELLING_CASTS and opened(inner)[0] != "A_Const":
        return f"{word}({_form(inner)})"
    return _form(inner)


def _call(fields: Node) -> str:
    name = name_of(fields.get("funcname")).rpartition(".")[2]
    return f"{name}({', '.join(map(_form, fields.get('args') or ()))})"


def _value_function(fields: Node) -> str:
    word = str(fields.get("op", "")).removeprefix("SVFOP_")
    return "now()" if word == "CURRENT_TIMESTAMP" else word


def _operator(fields: Node) -> str:
    kind, name = fields.get("kind", "AEXPR_OP"), (strings(fields.get("name")) or ["?"])[-1]
    left, right = _form(fields.get("lexpr") or ""), fields.get("rexpr")
    if kind in {"AEXPR_IN", "AEXPR_OP_ANY", "AEXPR_OP_ALL"}:
        return _membership(kind, name, left, right)
    if kind in {"AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN"}:
        word = "AND" if kind == "AEXPR_BETWEEN" else "OR"
        return f"{word}({', '.join(_limits(fields))})"
    word = name if kind in {"AEXPR_OP", "AEXPR_LIKE", "AEXPR_ILIKE"} else f"{kind} {name}"
    return f"({left} {word} {_form(right)})"


def _limits(fields: Node) -> tuple[str, str]:
    """BETWEEN as the two comparisons that PostgreSQL makes of it."""
    left = _form(fields.get("lexpr") or "")
    low, high = map(_form, (*_items(fields.get("rexpr")), "", "")[:2])
    if fields.get("kind") == "AEXPR_BETWEEN":
        return f"({left} >= {low})", f"({left} <= {high})"
    return f"({left} < {low})", f"({left} > {high})"


def _membership(kind: str, name: str, left: str, right: object) -> str:
    items = [_form(item) for item in _items(right)]
    if kind == "AEXPR_IN" and len(items) == 1:  # PostgreSQL makes it a plain comparison
        return f"({left} {name} {items[0]})"
    every = kind == "AEXPR_OP_ALL" or (kind == "AEXPR_IN" and name == "<>")
    return f"({left} {name} {'ALL' if every else 'ANY'} [{', '.join(items)}])"


def _items(node: object) -> list[Node]:
    """The members of a list, an ARRAY[...], or of either with a cast around it."""
    if isinstance(node, dict):
        kind, fields = opened(node)
        if kind == "TypeCast":
            return _items(fields.get("arg"))
        if kind in {"List", "A_ArrayExpr"}:
            return list(fields.get("items") or fields.get("elements") or ())
    return [node] if isinstance(node, dict) else []


def _logical(fields: Node) -> str:
    word = str(fields.get("boolop", "AND_EXPR")).removesuffix("_EXPR")
    return f"{word}({', '.join(_flat(word, fields))})"


def _flat(word: str, fields: Node) -> Iterator[str]:
    """The parts of ``a AND (b AND c)`` as of ``a AND b AND c``."""
    for part in fields.get("args") or ():
        kind, inner = opened(part)
        if kind == "BoolExpr" and inner.get("boolop") == f"{word}_EXPR" and word != "NOT":
            yield from _flat(word, inner)
        elif kind == "A_Expr" and inner.get("kind") == _BETWEEN.get(word):
            yield from _limits(inner)
        else:
            yield _form(part)


_RULES: Mapping[str, Callable[[Node], str]] = {
    "A_Const": _constant,
    "ColumnRef": _column,
    "TypeCast": _cast,
    "FuncCall": _call,
    "SQLValueFunction": _value_function,
    "A_Expr": _operator,
    "BoolExpr": _logical,
    "A_ArrayExpr": lambda fields: _form(fields.get("elements") or []),
}
