"""What stands against effects on types, extensions and objects that are known by name."""

from analyzer.analysis.forecast.preconditions.preconditions import (
    Problems,
    duplicate,
    hangs_on_a_question,
    refused,
)
from analyzer.analysis.forecast.simulated_world import LISTED, SimulatedDatabase, There
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import NamedEffect
from analyzer.model.effects.impediment import Impediment

_RELATIONS = frozenset({"view", "materialized_view", "sequence"})


def against_names(world: SimulatedDatabase, effect: NamedEffect) -> Problems:
    """Problems of an effect on a type or a named object."""
    match effect:
        case e.EnableExtension(name):
            yield from _enable(world, name)
        case e.DisableExtension() | e.ChangeOther():
            return
        case e.CreateObject() | e.DropObject() | e.RenameObject():
            yield from _objects(world, effect)
        case _:
            yield from _types(world, effect)


def _enable(world: SimulatedDatabase, name: str) -> Problems:
    known = world.available
    if known is None or name in known or name in world.database.extensions:
        return
    version = str(world.server_version or 0)
    yield from refused(world, Impediment.NO_EXTENSION_FILES, name=name, server_version=version)


def _types(
    world: SimulatedDatabase,
    effect: e.CreateEnum | e.DropEnum | e.RenameEnum | e.AddEnumValue | e.RenameEnumValue,
) -> Problems:
    match effect:
        case e.CreateEnum(name):
            yield from _new_type(world, effect, name)
        case e.DropEnum(name):
            if not effect.if_exists:
                yield from _needs_type(world, name)
            yield from _in_use(world, effect)
        case e.RenameEnum(old, new):
            yield from _needs_type(world, old)
            if world.type(new) is There.YES:
                yield from refused(world, Impediment.TYPE_TAKEN, name=new)
        case e.AddEnumValue(name, value):
            yield from _needs_type(world, name)
            known = world.database.enums.get(name)
            if known is not None and value in known.values and not effect.if_not_exists:
                yield from refused(world, Impediment.VALUE_TAKEN, value=value)
        case e.RenameEnumValue(name, old, new):
            yield from _needs_type(world, name)
            known = world.database.enums.get(name)
            if known is not None and old not in known.values:
                yield from refused(world, Impediment.NO_VALUE, value=old)


def _new_type(world: SimulatedDatabase, effect: e.CreateEnum, name: str) -> Problems:
    if effect.if_not_exists:
        return
    if world.type(name) is There.YES or name in world.database.tables:
        yield from refused(world, Impediment.TYPE_TAKEN, name=name)
    if world.type(name) is There.OPEN:
        yield hangs_on_a_question("type", name)


def _needs_type(world: SimulatedDatabase, name: str) -> Problems:
    there = world.type(name)
    if there is There.NO:
        yield from refused(world, Impediment.NO_TYPE, name=name)
    if there is There.OPEN:
        yield hangs_on_a_question("type", name)


def _in_use(world: SimulatedDatabase, effect: e.DropEnum) -> Problems:
    name = effect.name
    users = (
        []
        if effect.cascade
        else [
            f"column {column.name} of table {table.name}"
            for table in world.database.tables.values()
            for column in table.columns
            if column.enum_type == name
        ]
    )
    if users:
        yield from refused(world, Impediment.TYPE_IN_USE, name=name, others=", ".join(users))


def _objects(
    world: SimulatedDatabase, effect: e.CreateObject | e.DropObject | e.RenameObject
) -> Problems:
    match effect:
        case e.CreateObject(kind, name, _, needs):
            for table in needs:  # what is asked for is read before the name is looked at
                if world.readable(table) is There.NO:
                    yield from refused(world, Impediment.NO_TABLE, name=table)
            yield from _new_object(world, effect, kind, name)
        case e.DropObject(kind, name):
            if not effect.if_exists and _is_missing(world, kind, name):
                yield from refused(world, Impediment.NO_OBJECT, kind=_word(kind), name=name)
            if not effect.cascade:
                yield from _hanging(world, kind, name)
        case e.RenameObject(kind, old, new):
            if _is_missing(world, kind, old):
                missing = Impediment.NO_OBJECT_TO_RENAME
                yield from refused(world, missing, kind=_word(kind), name=old)
            if world.named(kind, new) is There.YES:
                yield from refused(world, Impediment.NEW_NAME_TAKEN, kind=_word(kind), name=new)


def _hanging(world: SimulatedDatabase, kind: str, name: str) -> Problems:
    """Find the objects that keep a view or a schema from being dropped."""
    users = [f"view {view}" for view in world.viewed(name)] if "view" in kind else []
    if kind == "schema":
        known = [*world.database.tables, *(it.name for it in world.database.others)]
        users = [it for it in known if it.startswith(f"{name}.")]
    if users:
        in_use, others = Impediment.OBJECT_IN_USE, ", ".join(users)
        yield from refused(world, in_use, kind=_word(kind), name=name, others=others)


def _new_object(world: SimulatedDatabase, effect: e.CreateObject, kind: str, name: str) -> Problems:
    if effect.or_replace and kind == "view" and world.relation(name) not in {None, kind}:
        yield from refused(world, Impediment.NO_VIEW_TO_REPLACE, name=name)
    if effect.or_replace or effect.if_not_exists:
        return
    if kind in _RELATIONS:
        yield from duplicate(world, name)
    elif world.named(kind, name) is There.YES or (kind == "schema" and _is_used(world, name)):
        yield from refused(world, Impediment.OBJECT_TAKEN, kind=_word(kind), name=name)


def _is_used(world: SimulatedDatabase, schema: str) -> bool:
    return any(it.startswith(f"{schema}.") for it in world.database.tables)


def _word(kind: str) -> str:
    return kind.replace("_", " ")


def _is_missing(world: SimulatedDatabase, kind: str, name: str) -> bool:
    known = kind in LISTED or not world.complete
    return known and world.named(kind, name) is There.NO
