"""A column as PostgreSQL's catalogue tells of it, in the words of db/schema.rb."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from analyzer.model.schema.schema import Column, Default, SqlText

# pg_type.typname -> the type's name in db/schema.rb, and the limit that the name implies
_TYPES: Mapping[str, tuple[str, int | None]] = {
    "int2": ("integer", 2),
    "int4": ("integer", None),
    "int8": ("bigint", None),
    "varchar": ("string", None),
    "bpchar": ("string", None),
    "bool": ("boolean", None),
    "timestamp": ("datetime", None),
    "numeric": ("decimal", None),
    "float8": ("float", None),
    "float4": ("float", 24),
    "bytea": ("binary", None),
    "varbit": ("bit_varying", None),
}
_WITH_PRECISION = frozenset({"datetime", "timestamptz", "time", "timetz", "interval", "decimal"})
_TEXT = re.compile(r"(E?)'((?:[^']|'')*)'(?:::.+)?")
_DIGITS = r"(-?\d+(?:\.\d+)?)"
_NUMERIC = "(?:smallint|integer|bigint|numeric|real|double precision)"
_NUMBER = re.compile(rf"\(?{_DIGITS}\)?(?:::{_NUMERIC})?|'{_DIGITS}'::{_NUMERIC}")
_PLAIN: Mapping[str, Default] = {"true": True, "false": False, "NULL": None}


def column_of(row: tuple[Any, ...]) -> Column:
    """Read one row of the query COLUMNS."""
    return _column(row[1:])


@lru_cache(maxsize=4096)  # most are the ids and times that every table has
def _column(row: tuple[Any, ...]) -> Column:
    name, typname, array, kind, size, not_null, text, generated, identity, collation, note = row
    word, limit = _TYPES.get(typname, (typname, None))
    sizes = [int(part) for part in size.split(",")] if size else []
    precise = word in _WITH_PRECISION
    computed = generated or identity
    return Column(
        name,
        "enum" if kind == "e" else word,
        null=not not_null,
        default=None if text is None or computed else default_of(text),
        limit=sizes[0] if sizes and not precise else limit,
        precision=sizes[0] if sizes and precise else None,
        scale=sizes[1] if len(sizes) > 1 else None,
        array=array,
        comment=note,
        collation=collation,
        enum_type=typname if kind == "e" else None,
        generated=text if generated else None,
    )


def default_of(text: str) -> Default:
    """Read a default as pg_get_expr prints it: a constant as its value, all else as SQL."""
    bare = text.partition("::")[0]
    if bare in _PLAIN:
        return _PLAIN[bare]
    number = _NUMBER.fullmatch(text)
    if number is not None:
        digits = number[1] or number[2]
        return float(digits) if "." in digits else int(digits)
    quoted = _TEXT.fullmatch(text)
    if quoted is None:
        return SqlText(text)
    value = quoted[2].replace("''", "'")
    return value.replace("\\\\", "\\") if quoted[1] else value
