"""Which index Rails' ``remove_index`` takes for the one that is meant, by the version of Rails.

Source: index_name_for_remove in ActiveRecord::ConnectionAdapters::SchemaStatements, 6.0 to 7.1.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto

from analyzer.model.effects import effect as e
from analyzer.model.effects.index_names import default_index_name
from analyzer.model.schema.schema import Index, Table


class ExpressionHandling(Enum):
    """How a version of Rails reads an expression given instead of columns."""

    AS_COLUMNS = auto()  # up to 6.0: its words against those of the index
    AS_NAME = auto()  # 6.1: without a name, it gives the default one
    NAME_ALONE = auto()  # 7.1: beside a name it does not count


def handlings(dialect: tuple[int, int] | None) -> tuple[ExpressionHandling, ...]:
    """List the possible readings: a later Rails than the file asks for may run it."""
    if dialect is not None and dialect >= (7, 1):
        return (ExpressionHandling.NAME_ALONE,)
    if dialect is not None and dialect >= (6, 1):
        return (ExpressionHandling.AS_NAME, ExpressionHandling.NAME_ALONE)
    return tuple(ExpressionHandling)


def matching(table: Table, effect: e.RemoveIndex, handling: ExpressionHandling) -> tuple[str, ...]:
    """The names of the indexes that fit what is said; Rails removes the one, or refuses."""
    columns, name = effect.columns or (), effect.name
    is_expression = len(columns) == 1 and re.search(r"\W", columns[0]) is not None
    if is_expression and handling is not ExpressionHandling.AS_COLUMNS:
        if name is None and not effect.as_option:
            name, columns = default_index_name(table.name, columns, long_names=True), ()
        elif name is not None and handling is ExpressionHandling.NAME_ALONE:
            columns = ()
    return tuple(_fitting(table, name, columns))


def _fitting(table: Table, name: str | None, columns: tuple[str, ...]) -> Iterator[str]:
    wanted = default_index_name(table.name, columns, long_names=True)
    for index in _indexes(table):
        words = default_index_name(table.name, index.columns, long_names=True)
        if (name is None or index.name == name) and (not columns or words == wanted):
            yield index.name


def _indexes(table: Table) -> Iterable[Index]:
    """Rails before 7.1 saw a unique constraint as an index."""
    unique = (Index(it.name, it.columns, unique=True) for it in table.constraints if it.columns)
    return (*table.indexes, *unique)
