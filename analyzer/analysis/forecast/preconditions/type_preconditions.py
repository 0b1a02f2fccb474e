"""What stands against a column's type, a change of type, and a foreign key between two types."""

from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    Problems,
    hangs_on_a_question,
    refused,
)
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.model.effects import effect as e
from analyzer.model.effects.impediment import Impediment
from analyzer.model.schema.schema import Column, ForeignKey, SqlText, Table


def column_type(world: SimulatedDatabase, column: Column) -> Problems:
    """A type, or a function in its default, that has to be there."""
    name = column.enum_type or column.type
    own = column.enum_type is not None or not world.engine.types.is_built_in(column.type)
    if own and world.type(name) is There.NO and not _brought(world, name):
        yield from refused(world, Impediment.NO_TYPE, name=name)
    elif own and world.type(name) is There.OPEN:
        yield hangs_on_a_question("type", name)
    if isinstance(column.default, SqlText):
        yield from _function(world, column.default.text)


def _brought(world: SimulatedDatabase, name: str) -> bool:
    """Whether an extension that is enabled brings the type, or may: of some that is known."""
    extension = world.engine.types.extension_of(name)
    if extension is not None:
        return world.extension(extension) is not There.NO
    return bool(world.enabled)


def _function(world: SimulatedDatabase, text: str) -> Problems:
    brought = world.engine.types.functions_brought(text, world.server_version)
    for function, extension in brought:
        there = world.extension(extension)
        if there is There.NO:
            yield from refused(world, Impediment.NO_FUNCTION, name=function)
        if there is There.OPEN:
            yield hangs_on_a_question("extension", extension)


# A change of type


def new_type(world: SimulatedDatabase, effect: e.ChangeColumn, old: Column) -> Problems:
    """Whether what is in a column can become what it is to hold."""
    new, types = world.database.typed(effect.column), world.engine.types
    yield from column_type(world, new)
    if not effect.using:
        yield from _cast(world, effect.table, old, new)
    elif "default" not in effect.given and not types.keeps_default(old, new):
        stays = Impediment.DEFAULT_STAYS
        yield from refused(world, stays, column=old.name, type=types.spelled(new))
    yield from _in_keys(world, effect.table, new)
    if effect.table not in world.rows.empty and (effect.using or types.narrower(old, new)):
        yield Doubt(
            f"whether every value of {effect.table}.{old.name} fits into {_sized(world, new)} "
            "depends on the values",
            world.engine.preconditions.values(effect.table, old.name),
        )


def _in_keys(world: SimulatedDatabase, table: str, new: Column) -> Problems:
    """Both sides of a foreign key must stay comparable."""
    known = world.database.tables.get(table)
    own = [(key, key.to_table) for key in (known.foreign_keys if known is not None else ())]
    for key, to_table in own:
        other = world.database.tables.get(to_table)
        targets = key.primary_key or (other.primary_key if other is not None else ())
        pairs = dict(zip(key.columns, targets, strict=False))
        there = other.column(pairs.get(new.name, "")) if other is not None else None
        if there is not None:
            yield from _can_point(world, key, new, there)
    for other, key in world.referring(table):
        targets = key.primary_key or (known.primary_key if known is not None else ())
        pairs = dict(zip(targets, key.columns, strict=False))
        here = other.column(pairs.get(new.name, ""))
        if here is not None:
            yield from _can_point(world, key, here, new)


def _can_point(world: SimulatedDatabase, key: ForeignKey, here: Column, there: Column) -> Problems:
    if not world.engine.types.comparable(here, there):
        yield from refused(world, Impediment.KEY_OF_OTHER_TYPE, name=key.name)


def _cast(world: SimulatedDatabase, table: str, old: Column, new: Column) -> Problems:
    types = world.engine.types
    converts = types.converts(old, new)
    if converts is None:
        yield Doubt(
            f"whether {types.spelled(old)} becomes {types.spelled(new)} implicitly is not known "
            "here",
            f"change the type of {table}.{old.name} on a copy of this database",
        )
    elif not converts:
        refusal = Impediment.NO_CONVERSION
        yield from refused(world, refusal, column=old.name, type=types.spelled(new))


def _sized(world: SimulatedDatabase, column: Column) -> str:
    sizes = [str(size) for size in (column.limit or column.precision, column.scale) if size]
    spelled = world.engine.types.spelled(column)
    return spelled + (f"({', '.join(sizes)})" if sizes else "")


# Foreign keys


def key_types(world: SimulatedDatabase, table: Table, key: ForeignKey) -> Problems:
    """A foreign key's columns must be of types that can be compared with the key they point to."""
    other = world.database.tables.get(key.to_table)
    if other is None or other.name in world.database.unsure or not key.columns:
        return
    targets = key.primary_key or other.primary_key
    if not targets:
        yield from refused(world, Impediment.NO_TARGET_KEY, table=other.name)
        return
    for name, target in zip(key.columns, targets, strict=False):
        here, there = table.column(name), other.column(target)
        if there is None:
            yield from refused(world, Impediment.NO_KEY_COLUMN, column=target)
        elif here is not None:
            yield from _can_point(world, key, here, there)
    yield from _is_unique(world, other, targets)


def _is_unique(world: SimulatedDatabase, other: Table, targets: tuple[str, ...]) -> Problems:
    wanted = set(targets)
    keys = [set(other.primary_key), *(set(it.columns) for it in other.constraints if it.columns)]
    keys += [set(it.columns) for it in other.indexes if it.unique and it.where is None]
    if wanted not in keys:
        yield from refused(world, Impediment.NO_UNIQUE_TARGET, table=other.name)
