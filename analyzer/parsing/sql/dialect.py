"""What the SQL of one engine has of its own, as far as reading it needs to know."""

from collections.abc import Callable

from analyzer.parsing.column_types import neutral_type
from analyzer.records import Struct

Sizes = tuple[int, ...]
TypeReader = Callable[[str, Sizes], tuple[str, int | None]]
"""From a type's word in lower case and its sizes to the neutral type and its limit."""


def usual_type(word: str, sizes: Sizes) -> tuple[str, int | None]:
    """Read a type as most engines have it: only texts and bytes have a limit."""
    sized = "char" in word or "binary" in word or word == "bit"
    return neutral_type(
        {"char": "string", "nvarchar": "string", "varbinary": "binary"}.get(word, word),
        sizes[0] if sized and sizes else None,
    )


class Dialect(Struct, frozen=True):
    """One engine's SQL: its name for sqlglot, and its title for sentences.

    ``read_type`` knows the types; ``harmless`` are the first words of statements that change
    neither schema nor rows, ``other`` those of statements that change what no schema shows.
    ``usual_index`` is the kind of index that needs no name. ``unique_is_index``: a unique
    constraint is an index, which takes its name from its first column. ``quoted_defaults``: a
    default in double quotes is a text. ``truncates``: it has TRUNCATE. ``settings`` are the first
    words of statements on which it depends what others do. ``index_lengths``: an index may be over
    the beginning of a column's values: ``title(10)``.
    """

    name: str
    title: str
    read_type: TypeReader = usual_type
    harmless: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    usual_index: str = "btree"
    unique_is_index: bool = False
    quoted_defaults: bool = False
    truncates: bool = True
    settings: frozenset[tuple[str, ...]] = frozenset()
    index_lengths: bool = False
