"""The properties by which two schema objects are compared, in forms that writing does not change.

The same thing is written in several ways: ``now()`` is CURRENT_TIMESTAMP, a serial's default is its
sequence. What is one, the engine knows.
"""

import json
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from analyzer.engines.base import Engine
from analyzer.model.schema.schema import (
    Column,
    Computed,
    Constraint,
    ConstraintKind,
    Default,
    ForeignKey,
    Index,
    SqlText,
    Table,
)
from analyzer.records import Struct

_TIMES = frozenset({"date", "datetime", "timestamptz", "time", "timetz"})
_MOST_DIGITS = 1000  # 1e999999999 would be a number of a gigabyte
_NUMBERS = frozenset({"integer", "bigint", "decimal", "float"})
_TRUE = frozenset({"true", "t", "1", "yes", "on"})
_MIDNIGHT = re.compile(r"[ T]00:00:00(?:\.0+)?$")
_NO_DAY = re.compile(r"^2000-01-01[ T]")  # which a schema file has before a time
_ARRAY = re.compile(r"ARRAY\[(.*?)\](?:::[^\[\]]+(?:\[\])?)?", re.DOTALL)
_CAST = re.compile(r"::[a-z ]+(?:\(\d+\))?(?:\[\])?")
_USUAL_CLASSES = frozenset({"text_ops", "varchar_ops", "jsonb_ops", "array_ops", "int4_ops"})


class Facet(Struct, frozen=True):
    """A property's value to compare, and as a reader wants to see it."""

    value: Hashable
    shown: str


Facets = Mapping[str, Facet]


def plain(name: str) -> str:
    """A name without the schema that is meant anyway."""
    return name.removeprefix("public.")


def column_facets(column: Column, engine: Engine) -> Facets:
    """List a column's properties, leaving out those that are the same in every database."""
    compared = engine.types.compared(column)
    default = _default(column, compared.kind, engine)
    facets = {
        "type": Facet((plain(compared.name), column.array), type_text(column)),
        "null": Facet(column.null, str(column.null).lower()),
        "default": Facet(default, default_text(column.default)),
        "limit": _optional(compared.limit),
        "precision": _optional(compared.precision),
        "scale": _optional(compared.scale),
        "collation": _optional(column.collation),
        "comment": _optional(column.comment or None),
    }
    generated = column.generated
    facets["generated as"] = Facet(
        generated and engine.parser.canonical(generated), generated or "none"
    )
    return facets


def _plain(text: str) -> Facet:
    return Facet(text, text)


def _optional(value: str | int | None) -> Facet:
    return Facet(value, "none" if value is None else str(value))


def type_text(column: Column) -> str:
    """A column's type in a word: ``string``, ``text[]``, ``enum mood``."""
    enum = f" {plain(column.enum_type)}" if column.enum_type is not None else ""
    return f"{column.type}{enum}{'[]' if column.array else ''}"


def default_text(default: Default) -> str:
    """A default as a reader wants to see it; "none" for none."""
    match default:
        case None:
            return "none"
        case SqlText(text):
            return text
        case Computed(text):
            return f"{text} (computed)"
        case bool():
            return str(default).lower()
        case str():
            return f'"{default}"'
        case _:
            return str(default)


def _default(column: Column, kind: str, engine: Engine) -> Hashable:
    default = column.default
    if default is None or isinstance(default, Computed) or engine.types.is_counter(column):
        return None
    if column.array:
        return _array(default)
    if kind == "decimal" and column.precision and not column.scale:
        return _whole(default)
    if isinstance(default, SqlText):
        return ("sql", engine.parser.canonical(default.text))
    if kind == "uuid" and isinstance(default, str) and default.endswith(")"):
        return ("sql", engine.parser.canonical(default))
    if kind == "json" and not engine.features.alters_in_place and isinstance(default, str):
        default = _written_once(default)
    return _constant(default, kind)


def _written_once(text: str) -> str:
    """JSON that was written as JSON again and again, whenever the table was made anew."""
    try:
        value = json.loads(text)
        while isinstance(value, str):
            value = json.loads(value)
    except (ValueError, RecursionError):
        return text
    return json.dumps(value)


def _whole(default: Default) -> Hashable:
    """Rails cuts the default of a column without decimal places off at the point."""
    number = _number(str(default.text if isinstance(default, SqlText) else default))
    if not isinstance(number, Decimal) or not number.is_finite():
        return number
    return int(number) if number.adjusted() < _MOST_DIGITS else number


def _array(default: Default) -> str:
    """``{a,b}``, however it is written."""
    text = default.text if isinstance(default, SqlText) else str(default)
    written = _ARRAY.fullmatch(text)
    if written is not None:
        text = "{" + _CAST.sub("", written[1]).replace("'", "") + "}"
    return text.replace('"', "").replace(", ", ",")


def _constant(default: bool | float | str, kind: str) -> Hashable:  # noqa: FBT001  a value
    text = str(default)
    if kind == "boolean":
        return text.lower() in _TRUE
    if kind in _NUMBERS:
        return _number(int(default) if isinstance(default, bool) else text)
    if kind in {"json", "jsonb"}:
        return _json(text)
    if kind in _TIMES:
        return _MIDNIGHT.sub("", _NO_DAY.sub("", text) if kind == "time" else text)
    return text


def _number(value: int | str) -> Hashable:
    try:
        return Decimal(value)
    except InvalidOperation:
        return str(value)


def _json(text: str) -> str:
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except (ValueError, RecursionError):
        return text


# Indexes, keys and constraints


def index_facets(index: Index, engine: Engine) -> Facets:
    """List an index's properties besides its name; the order of a column (DESC) is not compared."""
    expression = has_expression(index)
    classes = () if expression else tuple(sorted(set(index.opclasses) - _USUAL_CLASSES))
    return {
        "columns": Facet(_elements(index, engine), ", ".join(index.columns)),
        "unique": Facet(index.unique, str(index.unique).lower()),
        "where": Facet(index.where and engine.parser.canonical(index.where), index.where or "none"),
        "using": _optional(_method(index, engine)),
        "length": _names(f"{name} {size}" for name, size in _lengths(index, engine)),
        "include": _names(index.include),
        "opclass": Facet(classes, ", ".join(classes) or "none"),
    }


def _method(index: Index, engine: Engine) -> str | None:
    method = (index.using or "btree").lower()
    return None if method in engine.features.index_kinds else method


def _lengths(index: Index, engine: Engine) -> Sequence[tuple[str, int]]:
    return index.lengths if engine.features.index_lengths else ()


def has_expression(index: Index) -> bool:
    """Whether an index is over more than plain columns."""
    return len(index.columns) == 1 and not index.columns[0].isidentifier()


def _elements(index: Index, engine: Engine) -> str:
    if has_expression(index):
        return engine.parser.canonical(index.columns[0])
    return ", ".join(index.columns)


def _names(names: Iterable[str]) -> Facet:
    text = ", ".join(names)
    return Facet(text, text or "none")


def index_key(index: Index, engine: Engine) -> Hashable:
    """The properties by which two indexes are the same under different names."""
    facets = index_facets(index, engine)
    return facets["columns"].value, facets["unique"].value, facets["where"].value


def indexes_of(table: Table) -> Sequence[Index]:
    """A table's indexes and unique constraints: older schema files write one as the other."""
    unique = (it for it in table.constraints if it.kind is ConstraintKind.UNIQUE)
    return (*table.indexes, *(Index(it.name, it.columns, unique=True) for it in unique))


def key_facets(key: ForeignKey, *, validity: bool) -> Facets:
    """List a foreign key's properties besides its name."""
    return {
        "columns": _names(key.columns),
        "to table": _plain(plain(key.to_table)),
        "primary key": _names(() if key.primary_key == ("id",) else key.primary_key),
        "on delete": _optional(key.on_delete),
        "on update": _optional(key.on_update),
        "validated": Facet(validity and key.validated, str(key.validated).lower()),
    }


def constraint_facets(constraint: Constraint, engine: Engine) -> Facets:
    """List the properties of a check or exclusion constraint besides its name."""
    text = constraint.expression or ""
    if constraint.kind is ConstraintKind.EXCLUSION:  # written too freely to be compared
        return {"expression": Facet(None, text)}
    return {"expression": Facet(engine.parser.canonical(text), text)}
