"""What stands against reading and writing rows."""

from analyzer.analysis.forecast.preconditions.conflict_preconditions import against_conflict, meant
from analyzer.analysis.forecast.preconditions.index_preconditions import unique_keys
from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    Problems,
    Setting,
    error_of,
    hangs_on_a_question,
    needs_column,
    refused,
)
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.model.effects import effect as e
from analyzer.model.effects.impediment import Impediment, RowViolation
from analyzer.model.schema.schema import Table

_COPY = "run it on a copy of this database"


def against_data(
    world: SimulatedDatabase, effect: e.ReadData | e.WriteData, setting: Setting
) -> Problems:
    """Problems of reading or writing rows, as far as they do not hang on the rows themselves."""
    table = table_of(world, effect)
    there = world.readable(table)
    if there is There.OPEN:
        yield hangs_on_a_question("table", table)
    if there is There.NO:
        yield from _no_table(world, effect, table)
        return
    yield from _columns(world, effect, table)
    known = world.database.tables.get(table)
    if isinstance(effect, e.WriteData) and known is not None:
        yield from _written(world, effect, known, setting)


def table_of(world: SimulatedDatabase, effect: e.ReadData | e.WriteData) -> str:
    """The table that is meant: where a model may have one of two, the one that is there."""
    other = effect.or_table
    if other is not None and world.readable(effect.table) is not There.YES:
        return other if world.readable(other) is There.YES else effect.table
    return effect.table


def _no_table(world: SimulatedDatabase, effect: e.ReadData | e.WriteData, table: str) -> Problems:
    if effect.model is None:
        yield from refused(world, Impediment.NO_TABLE, name=table)
    else:
        error = error_of(world, Impediment.NO_TABLE, name=table)
        yield Doubt(
            f"the model {effect.model} would use table {table}, which is not there; unless its "
            f"class names another one, it fails with {error}",
            f"check which table {effect.model} uses",
        )


def _columns(world: SimulatedDatabase, effect: e.ReadData | e.WriteData, table: str) -> Problems:
    for column in effect.columns:
        if effect.model is None:
            writes = isinstance(effect, e.WriteData)
            missing = Impediment.NO_OWN_COLUMN if writes else Impediment.NO_COLUMN
            yield from needs_column(world, table, column, missing)
        elif world.column(table, column) is There.NO:
            yield Doubt(
                f"{table} has no column {column}; unless {effect.model} has it as an attribute "
                "of its own, it fails",
                f"check the class {effect.model}",
            )


def _written(
    world: SimulatedDatabase, effect: e.WriteData, table: Table, setting: Setting
) -> Problems:
    match effect.action:
        case e.DataAction.INSERT:
            yield from _inserted(world, effect, table, setting)
        case e.DataAction.TRUNCATE:
            yield from _truncated(world, effect, table, setting)
        case e.DataAction.DELETE:
            yield from _deleted(world, table)
        case _:
            return


def _inserted(
    world: SimulatedDatabase, effect: e.WriteData, table: Table, setting: Setting
) -> Problems:
    yield from against_conflict(world, effect, table)
    if effect.conflict == e.OnConflict() or table.name in world.rows.empty:
        return
    look = f"look in {world.engine.preconditions.quoted(table.name)} for the rows that it inserts"
    error = world.error_of_rows(RowViolation.UNIQUE)
    spared = meant(effect.conflict, table)
    written = set(effect.columns)
    doubled = [keys for keys in unique_keys(table) if keys <= written and keys != spared]
    if doubled:
        columns = ", ".join(sorted(doubled[0]))
        yield Doubt(
            f"if {table.name} has a row with the same {columns} already, it fails with {error}",
            look,
        )
    elif effect.conflict is None and setting.ran_as is not None and _in_doubt(effect, table):
        invalid = world.methods.invalid_row if world.methods is not None else ""
        errors = f"{error} or {invalid}" if invalid else error
        yield Doubt(
            f"it inserted rows into {table.name} when it ran as {setting.ran_as}; if they are "
            f"still there, it fails with {errors}",
            look,
        )


def _in_doubt(effect: e.WriteData, table: Table) -> bool:
    """Whether rows that a model makes may be refused by a key besides the primary one."""
    return effect.model is not None and len(unique_keys(table)) > 1


def _truncated(
    world: SimulatedDatabase, effect: e.WriteData, table: Table, setting: Setting
) -> Problems:
    referring = [other.name for other, _ in world.referring(table.name)]
    if not effect.cascade and not setting.truncated.issuperset(referring):
        users = ", ".join(dict.fromkeys(referring))
        yield from refused(world, Impediment.TRUNCATED_IN_USE, users=users, table=table.name)


def _deleted(world: SimulatedDatabase, table: Table) -> Problems:
    if table.name in world.rows.empty:
        return
    for other, key in world.referring(table.name):
        if key.on_delete in {None, "restrict"} and not world.rows.all_null(other.name, key.columns):
            yield Doubt(
                f"if a row of {other.name} points to a row that it deletes from {table.name}, it "
                f"fails with {world.error_of_rows(RowViolation.FOREIGN_KEY)}",
                _COPY,
            )
