"""What stands against effects on columns."""

from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    Problems,
    by_method,
    error_of,
    hangs_on_a_question,
    needs_column,
    needs_table,
    refused,
)
from analyzer.analysis.forecast.preconditions.type_preconditions import column_type, new_type
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.schema_database import covers, mentions
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import ColumnEffect
from analyzer.model.effects.impediment import Impediment, RowViolation
from analyzer.records import replace


def against_columns(world: SimulatedDatabase, effect: ColumnEffect) -> Problems:  # noqa: C901  one line a kind
    """Problems of an effect on a column, in the order in which they would be met."""
    added = isinstance(effect, e.AddColumn)
    missing = Impediment.NO_TABLE if added else Impediment.NO_TABLE_TO_ALTER
    yield from needs_table(world, effect.table, missing)
    match effect:
        case e.AddColumn():
            yield from _add(world, effect)
        case e.RemoveColumn():
            yield from _remove(world, effect)
        case e.RenameColumn(table, old, new):
            missing = Impediment.NO_COLUMN if effect.by_sql else Impediment.NO_COLUMN_TO_RENAME
            yield from needs_column(world, table, old, missing)
            if world.engine.features.column_case or new.lower() != old.lower():
                yield from _taken(world, table, new)
        case e.ChangeColumn():
            yield from _change(world, effect)
        case e.ChangeDefault(table, name):
            if world.column(table, name) is There.NO:
                yield from _no_column_for_default(world, table, name)
        case e.ChangeNull(table, name, null):
            yield from needs_column(world, table, name, Impediment.NO_COLUMN_TO_CHANGE, "null")
            if not null and not effect.filled:
                yield from _no_nulls(world, table, name)
        case e.ChangeColumnComment(table, name):
            yield from needs_column(world, table, name, Impediment.NO_OWN_COLUMN)


def _remove(world: SimulatedDatabase, effect: e.RemoveColumn) -> Problems:
    table, name = effect.table, effect.name
    if not effect.if_exists:
        yield from needs_column(world, table, name, _missing(world, effect))
    if not effect.cascade:
        yield from _in_use(world, table, name)
    if not (effect.by_sql or world.engine.features.alters_in_place):
        yield from _indexes_anew(world, table, name)


def _indexes_anew(world: SimulatedDatabase, table: str, name: str) -> Problems:
    """An index is made anew without a column, which its condition or an expression still names."""
    known = world.database.tables.get(table)
    for index in known.indexes if known is not None else ():
        left = tuple(it for it in index.columns if it != name)
        if left and covers(replace(index, columns=left), name):
            missing = Impediment.NO_INDEXED_COLUMN
            yield from refused(world, missing, column=name, table=table)


def _missing(world: SimulatedDatabase, effect: e.RemoveColumn) -> Impediment:
    """By SQL, the engine itself looks for the column."""
    by_engine = effect.by_sql and not world.engine.features.alters_in_place
    return Impediment.NO_OWN_COLUMN if by_engine else Impediment.NO_COLUMN_TO_REMOVE


def _no_column_for_default(world: SimulatedDatabase, table: str, name: str) -> Problems:
    """The framework may look for the column first, where it can be changed in place."""
    missing = Impediment.NO_COLUMN_FOR_DEFAULT
    told = next(refused(world, missing, table=table, column=name), None)
    if told is not None:
        yield told
    elif world.methods is not None:
        yield from by_method(world.methods.no_column_for_default(table, name))
    else:
        missing = Impediment.NO_COLUMN_TO_CHANGE
        yield from refused(world, missing, table=table, column=name, part="default")


def _add(world: SimulatedDatabase, effect: e.AddColumn) -> Problems:
    table, column = effect.table, effect.column
    if effect.if_not_exists and world.column(table, column.name) is There.YES:
        yield from _passed_over(world, effect)
        return
    if not effect.if_not_exists or not world.engine.features.column_case:
        yield from _taken(world, table, column.name)
    yield from column_type(world, column)
    given = column.default is not None or column.generated is not None
    if not column.null and not given and "serial" not in column.type and not effect.primary_key:
        yield from _no_rows(world, table, column.name)


def _passed_over(world: SimulatedDatabase, effect: e.AddColumn) -> Problems:
    """A column that is there may have another type than the one that would be added."""
    known = world.database.tables.get(effect.table)
    old = known.column(effect.column.name) if known is not None else None
    spelled = world.engine.types.spelled
    if old is None or world.methods is None:
        return
    if spelled(old) != spelled(world.database.typed(effect.column)):
        taken = Impediment.COLUMN_TAKEN
        error = error_of(world, taken, column=old.name, table=effect.table)
        there = f"{effect.table}.{old.name} is there as {spelled(old)}"
        yield from by_method(world.methods.other_column_there(there, error, world.release))


def _taken(world: SimulatedDatabase, table: str, name: str) -> Problems:
    known = world.database.tables.get(table)
    there = world.column(table, world.database.spelled_column(known, name))
    if there is There.YES:
        yield from refused(world, Impediment.COLUMN_TAKEN, column=name, table=table)
    if there is There.OPEN:
        yield hangs_on_a_question("column", f"{table}.{name}")


def _no_rows(world: SimulatedDatabase, table: str, column: str) -> Problems:
    """A column without a default that may not be NULL can only be added to a table without rows."""
    if table in world.rows.empty:
        return
    yield Doubt(
        f"{table}.{column} may not be NULL and has no default: with a single row in {table}"
        f"{_about(world, table)} it fails with "
        f"{world.error_of_rows(RowViolation.NOT_NULL)}",
        world.engine.preconditions.any_row(table),
    )


def _no_nulls(world: SimulatedDatabase, table: str, column: str) -> Problems:
    known = world.database.tables.get(table)
    now = known.column(column) if known is not None else None
    if table in world.rows.empty or (now is not None and not now.null):
        return
    yield Doubt(
        f"with a single NULL in {table}.{column}{_about(world, table)} it fails with "
        f"{world.error_of_rows(RowViolation.NOT_NULL)}",
        world.engine.preconditions.any_null(table, column),
    )


def _about(world: SimulatedDatabase, table: str) -> str:
    """Word the number of rows at the last count."""
    rows = world.rows.estimate(table)
    return f" (it had about {rows})" if rows else ""


def _in_use(world: SimulatedDatabase, table: str, name: str) -> Problems:
    known = world.database.tables.get(table)
    if known is None or known.column(name) is None:
        return
    targets = [
        f"table {other.name}"
        for other, key in world.referring(table)
        if name in (key.primary_key or known.primary_key)
    ]
    made_of_it = [f"column {it.name}" for it in known.columns if mentions(it.generated, name)]
    hanging = [*targets, *made_of_it, *(f"view {view}" for view in world.viewed(table, name))]
    if hanging:
        others = ", ".join(dict.fromkeys(hanging))
        yield from refused(world, Impediment.COLUMN_IN_USE, column=name, table=table, others=others)


def _change(world: SimulatedDatabase, effect: e.ChangeColumn) -> Problems:
    table, name = effect.table, effect.column.name
    yield from needs_column(world, table, name, Impediment.NO_COLUMN_TO_CHANGE, "type")
    known = world.database.tables.get(table)
    old = known.column(name) if known is not None else None
    if old is None or old.type == "unknown" or effect.column.type == "unknown":
        return
    yield from new_type(world, effect, old)
    views = world.viewed(table, name)
    if views:
        yield from refused(world, Impediment.TYPE_IN_VIEW, others=", ".join(views))
    if "null" in effect.given and not effect.column.null:
        yield from _no_nulls(world, table, name)
