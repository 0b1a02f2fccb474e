"""SQLite's SQL, as far as reading it needs to know."""

from analyzer.parsing.column_types import neutral_type
from analyzer.parsing.sql.dialect import Dialect, Sizes

_SIZED = ("char", "binary", "text", "clob")
_LONG = 4  # bytes; an integer with more is a bigint in db/schema.rb


def read_type(word: str, sizes: Sizes) -> tuple[str, int | None]:
    """Read a type as SQLite keeps it: any words, of which the application makes what it likes."""
    plain = word.lower()
    size = sizes[0] if sizes else None
    if "char" in plain or plain == "clob":
        return "string", size
    if "int" in plain and plain not in {"interval", "point"}:
        return neutral_type("bigint" if plain in {"bigint", "int8"} else "integer", size)
    kind, _ = neutral_type({"varbinary": "binary"}.get(plain, plain))
    return kind, size if kind in {"text", "binary"} else None


DIALECT = Dialect(
    "sqlite",
    "SQLite",
    read_type=read_type,
    harmless=frozenset(
        {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "EXPLAIN"}
        | {"ANALYZE", "VACUUM", "REINDEX"}
    ),
    quoted_defaults=True,
    truncates=False,
    settings=frozenset({("PRAGMA", "FOREIGN_KEYS")}),
)
