"""What a call to a model sets: which columns or attributes, and where it replaces nothing."""

import re
from collections.abc import Mapping

from analyzer.model.effects.effect import OnConflict, WriteData
from analyzer.parsing.ruby.ruby_value import GAP, Model, ModelQuery, Partial, Record, Value

Args = tuple[tuple[Value, ...], dict[str, Value]]
Sets = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Columns, attributes that need not be columns, and those of them that are spared."""

_NOTHING: Sets = ((), (), ())
_OF_COLUMNS = frozenset({"update_all", "update_columns", "insert", "insert!", "upsert"})
_OF_ATTRIBUTES = frozenset({"update", "update!", "update_attributes", "update_attributes!"})
_OF_ONE = frozenset({"update_column", "update_attribute", "increment!", "decrement!", "toggle!"})
_SKIPS, _UPSERTS = frozenset({"insert", "insert_all"}), frozenset({"upsert", "upsert_all"})
_TOUCHES = frozenset({"touch", "touch_all"})
STAMPS = ("updated_at", "updated_on")
"""What Rails sets by itself with every change of a row."""

_WIDENS = frozenset({"or", "rewhere", "unscope", "unscoped", "merge", "from", "reselect", "all"})
_IS_NULL = re.compile(r'([\w."]+)\s+is\s+null', re.IGNORECASE)
_BIND = re.compile(r"\?|(?<!:):[a-z_]\w*")


def sets_of(value: Model | ModelQuery | Record, name: str, given: Args, assigned: set[str]) -> Sets:
    """What a call sets; nothing where that is not known.

    Args: assigned: the attributes that were set on the row before, for ``save``.
    """
    nulls = frozenset() if isinstance(value, Model) else value.nulls
    args, options = given
    if name == "update_all" and args and isinstance(args[0], str | list):
        return _by_sql(args[0], nulls)
    named = _named(args, options)
    if any(key.startswith(GAP) for key in named):
        return _NOTHING
    if name in _OF_COLUMNS:
        columns = tuple(key for key in named if key.isidentifier())
        return columns, (), tuple(key for key in columns if key in nulls)
    if name in _OF_ONE and args and type(args[0]) is not Partial and isinstance(args[0], str):
        sets: tuple[str, ...] = (str(args[0]),)
    elif name in _TOUCHES and all(isinstance(it, str) for it in args):
        sets = (*STAMPS[:1], *map(str, args))
    elif name in _OF_ATTRIBUTES:
        sets = tuple(named)
    elif name in {"save", "save!"} and GAP not in assigned:
        sets = tuple(sorted(assigned))
    else:
        return _NOTHING
    return (), sets, tuple(it for it in sets if it in nulls)


def conflict_of(name: str, options: Mapping[str, Value]) -> OnConflict | None:
    """How a call of ``insert_all`` or ``upsert`` finds rows that are there; None where it fails.

    Without ``unique_by``, ``upsert`` goes by the primary key, and another key may still refuse.
    """
    if name not in _SKIPS | _UPSERTS:
        return None
    given = options.get("unique_by")
    if given is None and "unique_by" not in options:
        return OnConflict() if name in _SKIPS else None
    named = given if isinstance(given, list) else [given]
    known = all(isinstance(it, str) and type(it) is not Partial for it in named)
    columns = tuple(str(it) for it in named) if known else ()
    return OnConflict(columns, plain=known, whole=known)


def _named(args: tuple[Value, ...], options: dict[str, Value]) -> Mapping[str, Value]:
    """The hash that a call is given, in braces or not."""
    last = args[-1] if args else None
    return last if isinstance(last, dict) else options


def _by_sql(given: Value, nulls: frozenset[str]) -> Sets:
    """``update_all("plays = plays + 1")``, with values to fill in or without."""
    text = given[0] if isinstance(given, list) and given else given
    if not isinstance(text, str):
        return _NOTHING
    found = _update(text, " AND ".join(f'"{name}" IS NULL' for name in sorted(nulls)))
    return (found.columns, (), found.spares) if found is not None else _NOTHING


def _update(assignments: str, condition: str) -> WriteData | None:
    from analyzer.engines.registry import parse_sql

    where = f" WHERE {condition}" if condition else ""
    text = f"UPDATE self SET {assignments}{where}"  # noqa: S608  it is read and never sent
    effects = parse_sql(_BIND.sub("NULL", text))
    last = effects[-1] if effects else None
    return last if isinstance(last, WriteData) and last.table == "self" else None


def nulls_after(value: Model | ModelQuery, name: str, given: Args) -> frozenset[str]:
    """The columns that are NULL in all rows of a query, after one more call."""
    nulls = frozenset() if isinstance(value, Model) else value.nulls
    if name in _WIDENS:
        return frozenset()
    if name not in {"where", "find_by", "find_by!"}:
        return nulls
    args, options = given
    if args and isinstance(args[0], str):
        return nulls | _nulls_in(args[0])
    named = args[0] if args and isinstance(args[0], dict) else options
    return nulls | {key for key, item in named.items() if item is None and key.isidentifier()}


def _nulls_in(condition: str) -> frozenset[str]:
    """The columns that are NULL wherever a condition in SQL holds."""
    names = {it.rpartition(".")[2].strip('"') for it in _IS_NULL.findall(condition)}
    if not names:
        return frozenset()
    plain = re.sub(r"\b\w+\.(?=\w+\s+is\s+null)", "", condition, flags=re.IGNORECASE)
    found = _update(", ".join(f'"{name}" = 1' for name in sorted(names)), f"({plain})")
    return frozenset(found.spares if found is not None else ())
