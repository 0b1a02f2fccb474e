"""Expressions of PostgreSQL's parse tree as text, in the manner in which PostgreSQL prints them."""

from collections.abc import Callable, Mapping

from analyzer.engines.postgresql.parser.sql_node import Node, name_of, opened, strings

_UNREAD = "…"


def text_of(node: Node | None) -> str:
    """An expression as text; what has no rule here shows as an ellipsis."""
    kind, fields = opened(node)
    render = _RENDER.get(kind)
    return render(fields) if render is not None else _UNREAD


def literal(node: Node | None) -> object | None:
    """The plain value of a constant, whatever type it is cast to; None where it is no constant."""
    kind, fields = opened(node)
    if kind == "TypeCast":
        return literal(fields.get("arg"))
    return _constant(fields) if kind == "A_Const" else None


def _constant(fields: Node) -> object | None:
    if "sval" in fields:
        return str(fields["sval"].get("sval", ""))
    if "ival" in fields:
        return int(fields["ival"].get("ival", 0))
    if "fval" in fields:
        return float(fields["fval"].get("fval", "0"))
    if "boolval" in fields:
        return bool(fields["boolval"].get("boolval", False))
    return None


def _const(fields: Node) -> str:
    value = _constant(fields)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if value is None:
        return "NULL"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _column(fields: Node) -> str:
    return ".".join(strings(fields.get("fields"))) or "*"


def _call(fields: Node) -> str:
    arguments = "*" if fields.get("agg_star") else _list(fields.get("args"))
    return f"{name_of(fields.get('funcname'))}({arguments})"


def _list(nodes: list[Node] | None) -> str:
    return ", ".join(text_of(node) for node in nodes or ())


def type_text(fields: Node | None) -> str:
    """A TypeName as PostgreSQL prints it."""
    fields = fields or {}
    name = name_of(fields.get("names"))
    sizes = [str(literal(size)) for size in fields.get("typmods") or ()]
    array = "[]" * len(fields.get("arrayBounds") or ())
    return _PRINTED.get(name, name) + (f"({','.join(sizes)})" if sizes else "") + array


_PRINTED = {
    "varchar": "character varying",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "float8": "double precision",
    "float4": "real",
    "bpchar": "character",
}


def _cast(fields: Node) -> str:
    inner = fields.get("arg")
    kind, _ = opened(inner)
    text = (
        text_of(inner) if kind in {"A_Const", "FuncCall", "A_ArrayExpr"} else f"({text_of(inner)})"
    )
    return f"{text}::{type_text(fields.get('typeName'))}"


def _operator(fields: Node) -> str:
    name = (strings(fields.get("name")) or ["?"])[-1]
    left, right = fields.get("lexpr"), fields.get("rexpr")
    kind = fields.get("kind", "AEXPR_OP")
    if kind == "AEXPR_IN":
        return f"{text_of(left)} {'IN' if name == '=' else 'NOT IN'} ({_items(right)})"
    if kind in {"AEXPR_OP_ANY", "AEXPR_OP_ALL"}:
        word = "ANY" if kind.endswith("ANY") else "ALL"
        return f"{text_of(left)} {name} {word} ({text_of(right)})"
    if kind.startswith(("AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN")):
        low, high = (*_nodes(right), {}, {})[:2]
        return f"{text_of(left)} {name} {text_of(low)} AND {text_of(high)}"
    word = _WORDS.get(kind, name)
    if not left:
        return f"{word}{_operand(right)}"
    return f"{_operand(left)} {word} {_operand(right)}"


_WORDS = {
    "AEXPR_LIKE": "~~",
    "AEXPR_ILIKE": "~~*",
    "AEXPR_DISTINCT": "IS DISTINCT FROM",
    "AEXPR_NOT_DISTINCT": "IS NOT DISTINCT FROM",
}


def _operand(node: Node | None) -> str:
    kind, _ = opened(node)
    text = text_of(node)
    return f"({text})" if kind in {"A_Expr", "BoolExpr", "NullTest"} else text


def _nodes(node: Node | None) -> list[Node]:
    kind, fields = opened(node)
    return list(fields.get("items") or ()) if kind == "List" else [node] if node else []


def _items(node: Node | None) -> str:
    return _list(_nodes(node))


def _logical(fields: Node) -> str:
    parts = [f"({text_of(part)})" for part in fields.get("args") or ()]
    kind = fields.get("boolop", "AND_EXPR")
    if kind == "NOT_EXPR":
        return f"NOT {''.join(parts)}"
    return (" AND " if kind == "AND_EXPR" else " OR ").join(parts)


def _null_test(fields: Node) -> str:
    wanted = "IS NOT NULL" if fields.get("nulltesttype") == "IS_NOT_NULL" else "IS NULL"
    return f"{_operand(fields.get('arg'))} {wanted}"


def _boolean_test(fields: Node) -> str:
    words = str(fields.get("booltesttype", "IS_TRUE")).replace("_", " ")
    return f"{_operand(fields.get('arg'))} {words}"


def _function(fields: Node) -> str:
    return str(fields.get("op", "")).removeprefix("SVFOP_").removesuffix("_N")


def _case(fields: Node) -> str:
    arms = [opened(arm)[1] for arm in fields.get("args") or ()]
    whens = [f"WHEN {text_of(arm.get('expr'))} THEN {text_of(arm.get('result'))}" for arm in arms]
    subject = [text_of(fields["arg"])] if fields.get("arg") else []
    default = [f"ELSE {text_of(fields['defresult'])}"] if fields.get("defresult") else []
    return " ".join(["CASE", *subject, *whens, *default, "END"])


_RENDER: Mapping[str, Callable[[Node], str]] = {
    "A_Const": _const,
    "ColumnRef": _column,
    "FuncCall": _call,
    "TypeCast": _cast,
    "A_Expr": _operator,
    "BoolExpr": _logical,
    "NullTest": _null_test,
    "BooleanTest": _boolean_test,
    "SQLValueFunction": _function,
    "CoalesceExpr": lambda fields: f"COALESCE({_list(fields.get('args'))})",
    "A_ArrayExpr": lambda fields: f"ARRAY[{_list(fields.get('elements'))}]",
    "RowExpr": lambda fields: f"ROW({_list(fields.get('args'))})",
    "MinMaxExpr": lambda fields: (
        f"{'LEAST' if fields.get('op') == 'IS_LEAST' else 'GREATEST'}({_list(fields.get('args'))})"
    ),
    "CaseExpr": _case,
    "CollateClause": lambda fields: (
        f'{_operand(fields.get("arg"))} COLLATE "{name_of(fields.get("collname"))}"'
    ),
    "String": lambda fields: str(fields.get("sval", "")),
    "List": lambda fields: _list(fields.get("items")),
}
