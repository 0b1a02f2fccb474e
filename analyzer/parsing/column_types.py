"""Column types by the names that db/schema.rb uses, whatever a migration called them."""

import re
from collections.abc import Collection

KNOWN = frozenset(
    """
    bigint binary bit bit_varying boolean box cidr circle citext date daterange datetime decimal
    enum float geography geometry geometry_collection hstore inet int4range int8range integer
    interval json jsonb line line_string lseg ltree macaddr money multi_line_string multi_point
    multi_polygon numrange oid path point polygon primary_key serial bigserial smallint
    st_geometry st_point st_polygon string text time timestamp timestamptz timetz tsquery tsrange
    tstzrange tsvector uuid vector halfvec virtual xml numeric
    blob tinyblob mediumblob longblob tinytext mediumtext longtext tinyint mediumint
    unsigned_integer unsigned_bigint unsigned_float unsigned_decimal double varchar char year
    """.split()  # noqa: SIM905  words read better without quotes
)
"""Types that ``t.<type>`` may name: Rails', PostgreSQL's, MySQL's and those of the usual gems."""

SPATIAL = frozenset(
    """
    geometry geometry_collection line_string multi_line_string multi_point multi_polygon
    st_geometry st_point st_polygon multi_line_string
    """.split()  # noqa: SIM905  words read better without quotes
)
"""PostGIS types, which all are a geometry of some shape, or a geography."""

MEASURED = frozenset(
    {"varchar", "character varying", "char", "character", "bit", "string", "tinyint"}
)
"""Types of which the number in brackets is their limit."""

_ALIASES = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "character varying": "string",
    "varchar": "string",
    "timestamp": "datetime",
    "timestamp without time zone": "datetime",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "bool": "boolean",
    "numeric": "decimal",
    "double precision": "float",
    "double": "float",
    "float8": "float",
    "float4": "float",
    "real": "float",
    "bytea": "binary",
    "blob": "binary",
    "longtext": "text",
    "mediumtext": "text",
    "tinytext": "text",
    "bit varying": "bit_varying",
    "varbit": "bit_varying",
}
_SQL_TYPE = re.compile(
    r"\s*([a-z_][a-z0-9_ ]*?)\s*(?:\(\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\))?\s*(\[\])?\s*",
    re.IGNORECASE,
)
_REST = re.compile(
    r"(?<!\s)\s++(?:USING|NOT NULL|NULL|DEFAULT|COLLATE|UNSIGNED|CHARACTER SET)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_TYPE = 500  # characters; a name has 63, and its pattern goes over blanks more than once
_USUAL, _NARROW = 4, 2  # bytes of an integer and of a smallint


_OPTIONS = frozenset({"size", "unsigned"})
_SIZED = frozenset(
    {"tinyint", "smallint", "mediumint", "tinytext", "mediumtext", "longtext"}
    | {"blob", "tinyblob", "mediumblob", "longblob"}
)


def is_of_an_engine(name: str, limit: int | None, options: Collection[str]) -> bool:
    """Whether what a type holds depends on the engine. Args: options: the names of its options."""
    narrow = limit is not None and name == "integer"
    return narrow or name in _SIZED or not _OPTIONS.isdisjoint(options)


def neutral_type(name: str, limit: int | None = None) -> tuple[str, int | None]:
    """Give a type its name in db/schema.rb, and its limit where one is left.

    ``integer`` with a limit over 4 bytes is ``bigint``; ``smallint`` is an integer of 2 bytes, and
    so is one of 1.
    """
    plain = " ".join(name.lower().split()) if " " in name else name.lower()
    plain = _ALIASES.get(plain, plain)
    if plain == "smallint":
        return "integer", _NARROW
    if plain == "integer" and limit is not None:
        if limit > _USUAL:
            return "bigint", None
        return plain, _NARROW if 0 < limit <= _NARROW else None
    if plain == "bigint":
        return plain, None
    return (plain if plain in KNOWN else name), limit


def sql_type(text: str) -> tuple[str, tuple[int, ...], bool]:
    """Take a type in SQL apart: ``varchar(20)[] USING x`` is ``varchar``, ``(20,)``, True."""
    text = _REST.sub("", text)
    found = _SQL_TYPE.fullmatch(text) if len(text) <= _LONGEST_TYPE else None
    if found is None:
        return text.strip(), (), False
    sizes = tuple(int(size) for size in (found[2], found[3]) if size is not None)
    return found[1], sizes, found[4] is not None
