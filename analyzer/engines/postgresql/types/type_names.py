"""Types as PostgreSQL spells them, which of them it has, and what two spellings have in common."""

from collections.abc import Iterator, Mapping

from analyzer.engines.ports.types import ComparedType
from analyzer.engines.shared.type_families import canonical_type
from analyzer.model.schema.schema import Column, SqlText
from analyzer.parsing.column_types import neutral_type

_SQL: Mapping[str, str] = {
    "string": "character varying",
    "datetime": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "decimal": "numeric",
    "float": "double precision",
    "binary": "bytea",
}
_BUILT_IN = frozenset(
    """
    string text integer bigint decimal numeric float boolean date datetime timestamp timestamptz
    time timetz binary blob json jsonb uuid inet cidr macaddr xml interval point line lseg box path
    polygon circle bit bit_varying money oid tsvector tsquery daterange numrange tsrange tstzrange
    int4range int8range serial bigserial primary_key enum unknown virtual char varchar
    """.split()  # noqa: SIM905  words read better without quotes
)
_EXTENSIONS = frozenset({"citext", "hstore", "ltree", "vector"})  # each brings a type of its name
_FUNCTIONS = (("gen_random_uuid", "pgcrypto"), ("uuid_generate_v", "uuid-ossp"))
_UUID_BUILT_IN = 130000  # the server's version that has gen_random_uuid() without pgcrypto
_SIX_DIGITS = frozenset({"datetime", "timestamptz", "time", "timetz"})
_UNLIMITED = frozenset({"text", "binary", "float", "boolean", "date"})
_USUAL_LIMITS = {"integer": 4, "bit": 1}  # bytes; bits
_SEQUENCE = "nextval("
_SCHEMA = "pg_catalog."  # of what each database has; Rails writes it before plpgsql
_EVERYWHERE = frozenset({"plpgsql"})
LONGEST_NAME = 63  # bytes


def spelled(column: Column) -> str:
    """Write a column's type, without its sizes."""
    name = column.enum_type or _SQL.get(column.type, column.type)
    return f"{name}[]" if column.array else name


def with_options(
    kind: str, limit: int | None, options: Mapping[str, object]
) -> tuple[str, int | None]:
    """No option makes another type of one."""
    del options
    return neutral_type(kind, limit)


def is_built_in(name: str) -> bool:
    """Whether every server has the type."""
    return name in _BUILT_IN


def extension_of(name: str) -> str | None:
    """The extension that brings a type."""
    return name if name in _EXTENSIONS else None


def functions_brought(sql: str, server_version: int | None) -> Iterator[tuple[str, str]]:
    """The functions that an expression calls which only an extension brings, and the extension."""
    built_in = server_version is None or server_version >= _UUID_BUILT_IN
    for function, extension in _FUNCTIONS:
        if function in sql and not (extension == "pgcrypto" and built_in):
            yield sql.partition("(")[0], extension


def compared(column: Column) -> ComparedType:
    """Say of a type what two spellings of it share.

    ``timestamp`` keeps six digits, so that precision 6 and none are one; text and binary have no
    limit; a float's only tells real from double.
    """
    kind = canonical_type(column.type)
    limit = None if kind in _UNLIMITED else column.limit
    precision = column.precision
    if kind in _SIX_DIGITS:
        precision = 6 if precision is None else precision
    elif kind not in {"decimal", "interval"}:
        precision = None
    return ComparedType(
        name=column.enum_type or kind,
        kind=kind,
        limit=None if limit == _USUAL_LIMITS.get(kind) else limit,
        precision=precision,
        scale=(column.scale or None) if kind == "decimal" else None,
    )


def is_counter(column: Column) -> bool:
    """Whether a sequence fills the column."""
    default = column.default
    return isinstance(default, SqlText) and default.text.startswith(_SEQUENCE)


def longest_name() -> int:
    """How many bytes a name may have."""
    return LONGEST_NAME


def plain_extension(name: str) -> str:
    """An extension's name without the schema that only some write before it."""
    return name.removeprefix(_SCHEMA)


def is_everywhere(extension: str) -> bool:
    """Whether every database has the extension from the start."""
    return extension in _EVERYWHERE


def is_system(relation: str) -> bool:
    """Whether a relation, or its schema, is the server's own."""
    return relation.startswith(("pg_", "information_schema."))
