"""What a live database's catalogue says: its schema, sizes, and what migrations may run into."""

from collections.abc import Mapping

from analyzer.model.schema.schema import Schema
from analyzer.model.schema.table_size import TableSize
from analyzer.records import Struct, field

ColumnRef = tuple[str, str]  # table, column


class Catalog(Struct, frozen=True):
    """One database at one moment.

    ``broken_indexes`` maps the names of indexes that are not valid, and so not in ``schema``, to
    their tables. ``used_by_views`` names for each view the columns that it reads.
    ``available_extensions`` can be enabled on this server; ``types`` are the names of all types
    that the search path finds, the built-in ones too. ``view_indexes`` maps the names of the
    indexes of materialized views to their views. ``database`` is its name. ``table_case``: whether
    names of tables that differ in case only are two; None for what is usual on the engine.
    """

    schema: Schema
    sizes: Mapping[str, TableSize] = field(default_factory=dict)
    broken_indexes: Mapping[str, str] = field(default_factory=dict)
    used_by_views: Mapping[str, frozenset[ColumnRef]] = field(default_factory=dict)
    available_extensions: frozenset[str] = frozenset()
    server_version: int | None = None
    types: frozenset[str] = frozenset()
    view_indexes: Mapping[str, str] = field(default_factory=dict)
    database: str = ""
    table_case: bool | None = None
