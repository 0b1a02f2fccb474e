"""What stands against effects on indexes."""

from collections.abc import Sequence

from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    Problems,
    Setting,
    by_method,
    duplicate_index,
    needs_column,
    needs_table,
    refused,
)
from analyzer.analysis.forecast.preconditions.table_preconditions import (
    later_option,
    long_index_name,
)
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.model.effects import effect as e
from analyzer.model.effects.impediment import Impediment, RowViolation
from analyzer.model.schema.schema import ConstraintKind, Index, Table


def add_index(world: SimulatedDatabase, effect: e.AddIndex, setting: Setting) -> Problems:
    """Problems of making an index."""
    name, index = effect.table, effect.index
    yield from later_option(world, effect.later)
    yield from long_index_name(world, name, index.name)
    if effect.concurrently and setting.transaction:
        yield from refused(world, Impediment.INDEX_MADE_IN_TRANSACTION)
    if world.view(name) == "view":
        yield from refused(world, Impediment.NOT_INDEXED, name=name)
    elif world.view(name) is None:
        yield from needs_table(world, name)
    if effect.if_not_exists and world.relation(index.name) is not None:
        return
    for column in (*index.columns, *index.include):
        if column.isidentifier():
            yield from needs_column(world, name, column, Impediment.NO_INDEXED_COLUMN)
    if not effect.if_not_exists:
        yield from duplicate_index(world, name, index.name)
    if index.unique:
        yield from no_doubles(world, name, index)


def no_doubles(world: SimulatedDatabase, table: str, index: Index) -> Problems:
    """A unique index can only be made where no two rows share the values."""
    if world.rows.all_null(table, index.columns):
        return
    known = world.database.tables.get(table)
    if known is not None and _unique_already(known, set(index.columns)):
        return
    columns = ", ".join(index.columns)
    yield Doubt(
        f"if two rows of {table} share {columns}, the unique index {index.name} fails with "
        f"{world.error_of_rows(RowViolation.UNIQUE)}",
        world.engine.preconditions.doubles(table, index.columns, index.where),
    )


def _unique_already(table: Table, columns: set[str]) -> bool:
    return any(keys <= columns for keys in unique_keys(table))


def unique_keys(table: Table) -> Sequence[set[str]]:
    """The sets of columns that no two rows share."""
    keys = [set(table.primary_key), *(set(it.columns) for it in table.constraints)]
    keys += [set(index.columns) for index in table.indexes if index.unique and not index.where]
    return [key for key in keys if key]


def index_of(world: SimulatedDatabase, table: str | None, name: str) -> There:
    """Whether there is an index of that name, on that table if one is named."""
    if name in world.broken_indexes:
        return There.YES
    owner = world.database.index_owner(name)
    if owner is not None:
        return There.YES
    if not world.complete and (table is None or world.table(table) is There.ASSUMED):
        return There.ASSUMED
    if table is not None and table in world.database.unsure:
        return There.ASSUMED
    return There.YES if world.relation(name) == "index" else There.NO


def remove_index(world: SimulatedDatabase, effect: e.RemoveIndex, setting: Setting) -> Problems:
    """Problems of removing an index, which is named by itself or by its columns."""
    if effect.concurrently and setting.transaction:
        yield from refused(world, Impediment.INDEX_DROPPED_IN_TRANSACTION)
    if effect.name is not None and (effect.table is None or effect.columns is None):
        yield from _remove_by_name(world, effect, effect.name)
    elif effect.table is not None:
        yield from _remove_by_columns(world, effect, effect.table)


def _remove_by_name(world: SimulatedDatabase, effect: e.RemoveIndex, name: str) -> Problems:
    owner = _constrained_by(world, name)
    if owner is not None and not (effect.if_exists and effect.table is not None):
        yield from refused(world, Impediment.INDEX_IN_USE, name=name, table=owner)
    elif not effect.if_exists and index_of(world, effect.table, name) is There.NO:
        former = world.database.former.get(name)
        if former is None or effect.table is None:
            yield from refused(world, Impediment.NO_INDEX, name=name)


def _constrained_by(world: SimulatedDatabase, name: str) -> str | None:
    """The table whose constraint of that name keeps the index of the same name."""
    for table in world.database.tables.values():
        unique = (it for it in table.constraints if it.kind is not ConstraintKind.CHECK)
        if any(it.name == name for it in unique):
            return table.name
        if table.primary_key and name == table.key:
            return table.name
    return None


def _remove_by_columns(world: SimulatedDatabase, effect: e.RemoveIndex, table: str) -> Problems:
    known = world.database.tables.get(table)
    if world.view(table) is not None:
        return
    if effect.if_exists or (known is None and world.table(table) is not There.NO):
        return
    if known is not None and table in world.database.unsure:
        return
    if world.methods is not None:
        yield from by_method(world.methods.index_to_remove(known, effect, world.release))
