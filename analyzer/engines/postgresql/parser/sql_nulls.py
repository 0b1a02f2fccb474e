"""Which columns an UPDATE leaves without a loss: NULL before, or set to what they were."""

from collections.abc import Iterator

from analyzer.engines.postgresql.parser.sql_node import Node, opened, strings


def spared(fields: Node) -> tuple[str, ...]:
    """The columns of an UPDATE of which no value is overwritten, in the order of its SET."""
    null = set(_nulls(fields, fields.get("whereClause")))
    found = []
    for node in fields.get("targetList") or ():
        target = opened(node)[1]
        name = str(target.get("name", ""))
        if name in null or _keeps(fields, target.get("val"), name):
            found.append(name)
    return tuple(found)


def _nulls(fields: Node, condition: Node | None) -> Iterator[str]:
    """The columns that are NULL wherever a condition holds."""
    kind, inner = opened(condition)
    if kind == "BoolExpr" and inner.get("boolop") == "AND_EXPR":
        for part in inner.get("args") or ():
            yield from _nulls(fields, part)
    elif kind == "NullTest" and inner.get("nulltesttype") == "IS_NULL":
        name = _column(fields, inner.get("arg"))
        if name is not None:
            yield name


def _keeps(fields: Node, value: Node | None, name: str) -> bool:
    """``SET title = title`` and ``SET title = coalesce(title, 'none')``."""
    kind, inner = opened(value)
    if kind == "CoalesceExpr":
        return _column(fields, next(iter(inner.get("args") or ()), None)) == name
    return _column(fields, value) == name


def _column(fields: Node, node: Node | None) -> str | None:
    """The column of the updated table that a name means; None where it may be another's."""
    kind, inner = opened(node)
    words = strings(inner.get("fields")) if kind == "ColumnRef" else []
    if len(words) == 1 and not fields.get("fromClause"):
        return words[0]
    relation = fields.get("relation") or {}
    own = opened({"Alias": relation.get("alias") or {}})[1].get("aliasname")
    if words[:-1] and words[-2] == (own or relation.get("relname")):
        return words[-1]
    return None
