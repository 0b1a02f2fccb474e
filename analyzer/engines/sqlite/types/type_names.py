"""Types as SQLite keeps them: any words, of which each column makes one of five kinds."""

from collections.abc import Iterator, Mapping

from analyzer.engines.ports.types import ComparedType
from analyzer.engines.shared.type_families import canonical_type
from analyzer.model.schema.schema import Column, SqlText
from analyzer.parsing.column_types import neutral_type

_SQL: Mapping[str, str] = {"string": "varchar", "binary": "blob", "timestamptz": "datetime"}
_ONE: Mapping[str, str] = {"bigint": "integer", "timestamptz": "datetime"}
_NO_SIZE = frozenset({"integer", "text", "binary", "boolean", "float", "date"})
_SIX_DIGITS = frozenset({"datetime", "time"})
_ANY = 1_000_000_000  # bytes: SQLite sets names no limit of their own


def spelled(column: Column) -> str:
    """Write a column's type, without its sizes."""
    return _SQL.get(column.type, column.type)


def with_options(
    kind: str, limit: int | None, options: Mapping[str, object]
) -> tuple[str, int | None]:
    """No option makes another type of one."""
    del options
    return neutral_type(kind, limit)


def is_built_in(name: str) -> bool:
    """Whatever word there is, it is a type."""
    del name
    return True


def extension_of(name: str) -> str | None:
    """No type is brought by an extension."""
    del name
    return None


def functions_brought(sql: str, server_version: int | None) -> Iterator[tuple[str, str]]:
    """No function is known that only an extension brings."""
    del sql, server_version
    return iter(())


def compared(column: Column) -> ComparedType:
    """Say of a type what two spellings of it share: every integer is as long as it has to be.

    Rails writes ``integer`` for a reference that a migration asks for as ``bigint``.
    """
    kind = canonical_type(column.type)
    kind = _ONE.get(kind, kind)
    precision = column.precision
    if kind in _SIX_DIGITS:
        precision = 6 if precision is None else precision
    elif kind != "decimal":
        precision = None
    return ComparedType(
        name=kind,
        kind=kind,
        limit=None if kind in _NO_SIZE else column.limit,
        precision=precision,
        scale=(column.scale or None) if kind == "decimal" else None,
    )


def is_counter(column: Column) -> bool:
    """Whether the column numbers the rows by itself, so that its default says nothing."""
    default = column.default
    return isinstance(default, SqlText) and default.text.startswith("nextval(")


def converts(old: Column, new: Column) -> bool | None:
    """Whether one type becomes the other: a value stays what it is, whatever the type says."""
    del old, new
    return True


def keeps_default(old: Column, new: Column) -> bool:
    """A default stays."""
    del old, new
    return True


def comparable(one: Column, other: Column) -> bool:
    """A foreign key may lead from any type to any other."""
    del one, other
    return True


def narrower(old: Column, new: Column) -> bool:
    """No value is too large for a type."""
    del old, new
    return False


def coarser(old: Column, new: Column) -> bool:
    """No type keeps less of a value."""
    del old, new
    return False


def longest_name() -> int:
    """How many bytes a name may have."""
    return _ANY


def plain_extension(name: str) -> str:
    """There are no extensions in a file."""
    return name


def is_everywhere(extension: str) -> bool:
    """No extension is anywhere."""
    del extension
    return False


def is_system(relation: str) -> bool:
    """Whether a table is SQLite's own."""
    return relation.lower().startswith(("sqlite_", "pragma_"))
