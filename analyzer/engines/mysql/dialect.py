"""MySQL's SQL, as far as reading it needs to know."""

from collections.abc import Mapping

from analyzer.parsing.column_types import neutral_type
from analyzer.parsing.sql.dialect import Dialect, Sizes

UNSIGNED = "unsigned_"
"""What begins the name of a number's type that has no sign."""
SIZED: Mapping[str, tuple[str, int | None]] = {
    "tinytext": ("text", 255),
    "text": ("text", None),
    "mediumtext": ("text", 16_777_215),
    "longtext": ("text", 4_294_967_295),
    "tinyblob": ("binary", 255),
    "blob": ("binary", None),
    "mediumblob": ("binary", 16_777_215),
    "longblob": ("binary", 4_294_967_295),
    "tinyint": ("integer", 1),
    "smallint": ("integer", 2),
    "mediumint": ("integer", 3),
    "int": ("integer", None),
    "integer": ("integer", None),
    "bigint": ("bigint", None),
    "double": ("float", None),
    "float": ("float", None),
    "timestamp": ("datetime", None),
    "datetime": ("datetime", None),
    "bool": ("boolean", None),
    "boolean": ("boolean", None),
}


def read_type(word: str, sizes: Sizes) -> tuple[str, int | None]:
    """Read a type: the width that an integer is shown with says nothing, but for tinyint(1)."""
    plain = word.lower().removesuffix(" unsigned").strip()
    if plain.startswith(UNSIGNED) and plain.removeprefix(UNSIGNED) in SIZED:
        kind, limit = read_type(plain.removeprefix(UNSIGNED), ())
        return UNSIGNED + kind, limit
    if plain == "tinyint" and sizes == (1,):
        return "boolean", None
    if plain in SIZED:
        return SIZED[plain]
    if plain in {"char", "varchar", "nchar", "nvarchar"}:
        return "string", sizes[0] if sizes else None
    if plain in {"binary", "varbinary"}:
        return "binary", sizes[0] if sizes else None
    return neutral_type(plain, sizes[0] if plain == "bit" and sizes else None)


DIALECT = Dialect(
    "mysql",
    "MySQL",
    read_type=read_type,
    harmless=frozenset(
        {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "START", "SET", "USE", "LOCK"}
        | {"UNLOCK", "SHOW", "EXPLAIN", "ANALYZE", "OPTIMIZE", "FLUSH", "DO"}
    ),
    unique_is_index=True,
    quoted_defaults=True,
    index_lengths=True,
)
