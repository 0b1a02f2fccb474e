"""Neutral column types: which of them hold the same kind of value, and which hold less.

Every engine may build its answers on these; what is its own, it passes.
"""

from collections.abc import Mapping

from analyzer.model.schema.schema import Column

_FAMILY: Mapping[str, str] = {
    **dict.fromkeys(("string", "text", "citext", "char", "varchar"), "text"),
    **dict.fromkeys(("integer", "bigint", "decimal", "float", "numeric"), "number"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    **{name: name for name in ("boolean", "uuid", "binary", "inet", "hstore", "xml", "enum")},
    **{name: name for name in ("date", "datetime", "timestamptz", "time", "interval")},
}
_ALIASES = {"timestamp": "datetime", "varchar": "string", "char": "string", "numeric": "decimal"}
_MOMENTS = frozenset({"datetime", "timestamptz"})
_ANY_SIZE = 1000.0  # digits: more than any engine keeps


def canonical_type(name: str) -> str:
    """The one name of a neutral type that has several."""
    return _ALIASES.get(name, name)


def family(column: Column) -> str | None:
    """The kind of value that a column holds; None where that is not known."""
    if column.enum_type is not None:
        return f"enum {column.enum_type}"
    return _FAMILY.get(column.type)


def narrower(old: Column, new: Column) -> bool:
    """Whether some value that the old type holds is too large for the new one."""
    before, after = family(old), family(new)
    if after == "text":
        room = new.limit if new.type == "string" else None
        had = old.limit if before == "text" and old.type == "string" else None
        return room is not None and (had is None or had > room)
    if before == after == "number":
        return _digits(new) < _digits(old)
    return False


def _digits(column: Column) -> float:
    """Count the digits before the point that a number type holds."""
    if column.type == "decimal":
        return column.precision - (column.scale or 0) if column.precision else _ANY_SIZE
    if column.type == "float":
        return 300.0
    wide = column.type == "bigint" or column.limit == 8  # noqa: PLR2004  bytes
    return 18.0 if wide else 4.0 if column.limit == 2 else 9.0  # noqa: PLR2004  bytes


def coarser(old: Column, new: Column, digits: int) -> bool:
    """Whether the new type silently keeps less of a value, so that the change has no way back.

    Args: digits: those of a second's fraction that a time keeps where its type names none.
    """
    before, after = family(old), family(new)
    if before == after == "number":
        return _coarser_number(old, new)
    if after == "date":
        return before in _MOMENTS
    if after == "time":
        return before in {*_MOMENTS, "interval"}
    if before == after and before in {*_MOMENTS, "time"}:
        return _fraction(new, digits) < _fraction(old, digits)
    return False


def _coarser_number(old: Column, new: Column) -> bool:
    whole = new.type in {"integer", "bigint"} or (new.type == "decimal" and _scale(new) == 0)
    if whole:
        return old.type == "float" or (old.type == "decimal" and _scale(old) != 0)
    if new.type == "decimal" and new.precision is not None:
        return old.type == "float" or (old.type == "decimal" and _scale(old) > _scale(new))
    return new.type == "float" and old.type == "decimal"


def _scale(column: Column) -> float:
    return _ANY_SIZE if column.precision is None else column.scale or 0


def _fraction(column: Column, digits: int) -> int:
    return digits if column.precision is None else column.precision
