"""The names that the tool makes of tables and columns, with a digest where that makes them one.

Source: django 5.2, db/backends/utils.py and db/backends/base/schema.py (``_create_index_name``).
"""

import hashlib
from collections.abc import Sequence

from analyzer.engines.registry import engine, settled_sql

_UNLIMITED = 200  # characters of an index's name where the database keeps any
_TABLES_DIGEST = 4
_DIGEST = 8


def _longest() -> int | None:
    """The characters of a name that the database in hand keeps; None for any number."""
    return engine(settled_sql()).features.longest_name


def _digest(*parts: str, length: int) -> str:
    made = hashlib.md5(usedforsecurity=False)
    for part in parts:
        made.update(part.encode())
    return made.hexdigest()[:length]


def _bare(table: str) -> str:
    """A table without its schema, which stands before it as ``schema"."table``."""
    return table.rpartition('"."')[2].strip('"')


def table_name(told: str) -> str:
    """The table that the tool makes of a name that may be too long."""
    longest = _longest()
    if longest is None or len(told) <= longest:
        return told
    return told[: longest - _TABLES_DIGEST] + _digest(told, length=_TABLES_DIGEST)


def index_name(table: str, columns: Sequence[str], suffix: str = "") -> str:
    """The name of an index or a constraint that was given none."""
    table = _bare(table)
    end = _digest(table, *columns, length=_DIGEST) + suffix
    listed = "_".join(columns)
    whole = f"{table}_{listed}_{end}"
    longest = _longest() or _UNLIMITED
    if len(whole) <= longest:
        return whole
    if len(end) > longest / 3:
        end = end[: longest // 3]
    rest = (longest - len(end)) // 2 - 1
    short = f"{table[:rest]}_{listed[:rest]}_{end}"
    return f"D{short[:-1]}" if short[0] == "_" or short[0].isdigit() else short


def key_suffix(table: str, column: str) -> str:
    """The end of a foreign key's name."""
    return f"_fk_{_bare(table)}_{column}"


def inline_name(table: str, column: str, label: str) -> str:
    """The name that the database gives a constraint that stands beside its column.

    Source: PostgreSQL, makeObjectName: the longer of two names loses its end.
    """
    table = _bare(table)
    left = (_longest() or _UNLIMITED) - len(label) - 2
    one, other = len(table.encode()), len(column.encode())
    while one + other > left:
        if one > other:
            one -= 1
        else:
            other -= 1
    return f"{_cut(table, one)}_{_cut(column, other)}_{label}"


def _cut(name: str, most: int) -> str:
    return name.encode()[:most].decode(errors="ignore")
