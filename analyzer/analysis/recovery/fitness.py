"""Do the rows of one schema fit another? What the two catalogues alone can tell."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from analyzer.model.recovery.fit import Fit, FitDoubt
from analyzer.model.recovery.recovery import Misfit, TablePart
from analyzer.model.schema.database_state import ColumnState, TableState

_FILLED = frozenset({"identity-always", "identity-default", "generated"})


def compare_schemas(
    source: Sequence[TableState], target: Sequence[TableState], leave: Collection[str]
) -> Fit:
    """Match tables and columns by name.

    Args:
        source: the tables whose rows are to be carried over.
        target: the tables of the database that they go to.
        leave: labels of tables, or ``label.column``, that may stay behind.
    """
    there = {table.label: table for table in target}
    wanted = [table for table in source if table.label not in leave]
    both = [(table, there[table.label]) for table in wanted if table.label in there]
    return Fit(
        tuple(part_of(table, _carried(table, other, leave)) for table, other in both),
        tuple(table for table in wanted if table.label not in there),
        tuple(doubt for pair in both for doubt in _doubts(*pair, leave)),
        tuple(misfit for pair in both for misfit in _misfits(*pair)),
    )


def part_of(table: TableState, columns: tuple[str, ...]) -> TablePart:
    """Say which columns of a table are carried over."""
    return TablePart(table.schema, table.name, columns, table.partitioned, table.bytes)


def stored_columns(table: TableState) -> tuple[str, ...]:
    """Name the columns that hold something of their own."""
    return tuple(column.name for column in table.columns if column.kind != "generated")


def _carried(table: TableState, other: TableState, leave: Collection[str]) -> tuple[str, ...]:
    takes = set(stored_columns(other))
    return tuple(
        name
        for name in stored_columns(table)
        if name in takes and f"{table.label}.{name}" not in leave
    )


def _doubts(table: TableState, other: TableState, leave: Collection[str]) -> Iterator[FitDoubt]:
    """Find the columns in which a row may be that does not fit."""
    there = {column.name: column for column in other.columns}
    for column in table.columns:
        if column.kind == "generated" or f"{table.label}.{column.name}" in leave:
            continue
        new = there.get(column.name)
        if new is None or new.kind == "generated":
            yield FitDoubt(table, column.name, "dropped", "")
            continue
        if new.not_null and not column.not_null:
            yield FitDoubt(table, column.name, "null", new.type)
        if new.type != column.type:
            yield FitDoubt(table, column.name, "type", new.type)


def _misfits(table: TableState, other: TableState) -> Iterator[Misfit]:
    """Find columns that must be filled, and that the source does not have."""
    known: Mapping[str, ColumnState] = {column.name: column for column in table.columns}
    for column in other.columns:
        if column.name in known or not column.not_null:
            continue
        if column.default is None and column.kind not in _FILLED:
            yield Misfit(
                table.label,
                f"column {column.name} is new, NOT NULL and without a default",
                f"give {column.name} a default in a migration, or fill it there",
            )
