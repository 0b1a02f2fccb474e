"""MySQL's types: what two spellings of one share, and which hold less."""

import re
from collections.abc import Iterator, Mapping

from analyzer.engines.mysql.dialect import SIZED, UNSIGNED, read_type
from analyzer.engines.ports.types import ComparedType
from analyzer.engines.shared import type_families
from analyzer.engines.shared.type_families import canonical_type, family
from analyzer.model.schema.schema import Column, SqlText
from analyzer.parsing.column_types import neutral_type

_SQL: Mapping[str, str] = {
    "string": "varchar",
    "binary": "blob",
    "timestamptz": "timestamp",
    "boolean": "tinyint(1)",
    "integer": "int",
}
_LIMITS: Mapping[str, int] = {
    "string": 255,
    "text": 65_535,
    "binary": 65_535,
    "integer": 4,
}
"""The limit where none is written: characters of a string, else bytes."""
_SIZED = frozenset({"text", "binary"})
_BYTES: Mapping[str, int] = {"tiny": 255, "medium": 16_777_215, "long": 4_294_967_295}
SIGNED = frozenset({"integer", "bigint", "float", "decimal"})
_NO_LIMIT = frozenset({"bigint", "boolean", "float", "date", "decimal", "json"})
_OTHER_NAMES: Mapping[str, str] = {"timestamptz": "datetime", "jsonb": "json"}
_INTEGERS: Mapping[int, str] = {1: "tinyint", 2: "smallint", 3: "mediumint"}
"""The type of an integer of so many bytes."""
_INT = 4  # bytes of one for which nothing is said
_LONGEST = 64
_WORD = re.compile(r"[a-z_0-9]+")
_KNOWN = frozenset(
    [
        "string",
        "text",
        "integer",
        "bigint",
        "decimal",
        "float",
        "boolean",
        "date",
        "datetime",
        "timestamp",
        "timestamptz",
        "time",
        "binary",
        "blob",
        "json",
        "primary_key",
        "virtual",
        "unknown",
        "references",
        "tinyint",
        "smallint",
        "mediumint",
        "int",
        "dec",
        "numeric",
        "fixed",
        "double",
        "real",
        "bool",
        "bit",
        "serial",
        "year",
        "char",
        "varchar",
        "nchar",
        "nvarchar",
        "character",
        "national",
        "tinytext",
        "mediumtext",
        "longtext",
        "long",
        "varbinary",
        "tinyblob",
        "mediumblob",
        "longblob",
        "enum",
        "set",
        "unsigned_integer",
        "unsigned_bigint",
        "unsigned_float",
        "unsigned_decimal",
        "tinytext",
        "mediumtext",
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
        "uuid",
        "inet4",
        "inet6",
        "vector",
        "int1",
        "int2",
        "int3",
        "int4",
        "int8",
        "middleint",
    ]
)
_SYSTEM = ("information_schema.", "mysql.", "performance_schema.", "sys.")
_LONG_TEXT = 4_294_967_295  # MariaDB keeps JSON as such a text


def spelled(column: Column) -> str:
    """Write a column's type, without its sizes."""
    return _SQL.get(column.type, column.type)


def with_options(
    kind: str, limit: int | None, options: Mapping[str, object]
) -> tuple[str, int | None]:
    """Sizes of integers and texts, and numbers without a sign."""
    kind, limit = _sized(kind, limit)
    size = _BYTES.get(str(options.get("size")))
    if kind in _SIZED and size is not None:
        limit = size
    if kind in SIGNED and options.get("unsigned") is True:
        kind = UNSIGNED + kind
    return kind, limit


def _sized(kind: str, limit: int | None) -> tuple[str, int | None]:
    """A type whose name, or whose bytes, say how much it holds."""
    if kind == "integer":
        return read_type(_INTEGERS.get(limit or 0, "bigint" if (limit or 0) > _INT else kind), ())
    return (
        read_type(kind, (limit,) if limit else ()) if kind in SIZED else neutral_type(kind, limit)
    )


def is_built_in(name: str) -> bool:
    """Whether it is one of the server's types, or of the framework's names for them.

    None can be made. Those that only some versions have count as all have them.
    """
    word = _WORD.match(name.lower())
    return word is None or word[0] in _KNOWN


def extension_of(name: str) -> str | None:
    """No type is brought by an extension."""
    del name
    return None


def functions_brought(sql: str, server_version: int | None) -> Iterator[tuple[str, str]]:
    """No function is known that only an extension brings."""
    del sql, server_version
    return iter(())


def compared(column: Column) -> ComparedType:
    """Say of a type what two spellings of it share.

    The digits of a time's fraction are left out: what is meant by none depends on the version of
    the framework that made it.
    """
    sign = UNSIGNED if column.type.startswith(UNSIGNED) else ""
    kind = canonical_type(column.type.removeprefix(UNSIGNED))
    kind = _OTHER_NAMES.get(kind, kind)
    limit = None if kind in _NO_LIMIT else column.limit or _LIMITS.get(kind)
    if kind == "json" or (kind == "text" and limit == _LONG_TEXT):
        kind, limit = "text", _LONG_TEXT
    if kind == "integer" and limit == 8:  # noqa: PLR2004  bytes
        kind, limit = "bigint", None
    decimal = kind == "decimal"
    return ComparedType(
        name=sign + kind,
        kind=kind,
        limit=limit,
        precision=(column.precision or 10) if decimal else None,
        scale=(column.scale or None) if decimal else None,
    )


def is_counter(column: Column) -> bool:
    """Whether the column numbers the rows by itself, so that its default says nothing."""
    default = column.default
    return isinstance(default, SqlText) and default.text.startswith("nextval(")


def converts(old: Column, new: Column) -> bool | None:
    """Whether one type becomes the other by itself: nearly all do; the rows decide."""
    return True if family(old) == family(new) else None


def keeps_default(old: Column, new: Column) -> bool:
    """A default stays."""
    del old, new
    return True


def comparable(one: Column, other: Column) -> bool:
    """Whether a foreign key may lead from one type to the other: both alike in size and sign."""
    here, there = compared(one), compared(other)
    return here.name == there.name or family(one) != "number" or family(other) != "number"


def narrower(old: Column, new: Column) -> bool:
    """Whether some value that the old type holds is too large for the new one."""
    return type_families.narrower(old, new)


def coarser(old: Column, new: Column) -> bool:
    """Whether the new type silently keeps less of a value."""
    return type_families.coarser(old, new, 0)


def longest_name() -> int:
    """How many characters a name may have."""
    return _LONGEST


def plain_extension(name: str) -> str:
    """There are no extensions in a database."""
    return name


def is_everywhere(extension: str) -> bool:
    """No extension is anywhere."""
    del extension
    return False


def is_system(relation: str) -> bool:
    """Whether a relation is the server's own."""
    return relation.lower().startswith(_SYSTEM)
