"""Which types PostgreSQL turns into which by itself, and which it compares (pg_cast)."""

from analyzer.engines.shared import type_families
from analyzer.engines.shared.type_families import family
from analyzer.model.schema.schema import Column

_DIGITS = 6  # of a second's fraction
_ASSIGNED = frozenset(
    {
        ("date", "datetime"),
        ("date", "timestamptz"),
        ("datetime", "date"),
        ("datetime", "time"),
        ("datetime", "timestamptz"),
        ("timestamptz", "date"),
        ("timestamptz", "time"),
        ("timestamptz", "datetime"),
        ("time", "interval"),
        ("interval", "time"),
        ("hstore", "json"),
    }
)
"""Pairs of families of which one becomes the other as an assignment."""


def converts(old: Column, new: Column) -> bool | None:
    """Whether one type becomes the other by itself; None where that is not known."""
    before, after = family(old), family(new)
    if (after == "text" and not new.array) or (before == after and old.array == new.array):
        return True
    if before is None or after is None:
        return None
    return (before, after) in _ASSIGNED and not old.array and not new.array


def keeps_default(old: Column, new: Column) -> bool:
    """Whether a constant default stays where values are converted by an expression."""
    return not (family(old) == "text" and isinstance(old.default, str)) or family(new) == "text"


def comparable(one: Column, other: Column) -> bool:
    """Whether a foreign key may lead from one type to the other."""
    families = {family(one), family(other)}
    if None in families or len(families) == 1:
        return True
    return families <= {"date", "datetime", "timestamptz"}


def narrower(old: Column, new: Column) -> bool:
    """Whether some value that the old type holds is too large for the new one."""
    return type_families.narrower(old, new)


def coarser(old: Column, new: Column) -> bool:
    """Whether the new type silently keeps less of a value, so that the change has no way back."""
    return type_families.coarser(old, new, _DIGITS)
