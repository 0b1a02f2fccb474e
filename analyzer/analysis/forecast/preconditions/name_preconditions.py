"""What stands against effects on types, extensions and objects that are known by name."""

from collections.abc import Mapping

from analyzer.analysis.forecast.preconditions.preconditions import (
    PreconditionFailure,
    Problems,
    duplicate,
    hangs_on_a_question,
    undefined_table,
)
from analyzer.analysis.forecast.simulated_world import LISTED, SimulatedDatabase, There
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import NamedEffect

_RELATIONS = frozenset({"view", "materialized_view", "sequence"})
_SAID_UNAVAILABLE = 150000  # from then on the server says so itself
# kind -> the class where one of that name is there, and where none is
_ERRORS: Mapping[str, tuple[str, str]] = {
    "function": ("PG::DuplicateFunction", "PG::UndefinedFunction"),
    "procedure": ("PG::DuplicateFunction", "PG::UndefinedFunction"),
    "schema": ("PG::DuplicateSchema", "PG::InvalidSchemaName"),
    "view": ("PG::DuplicateTable", "PG::UndefinedTable"),
    "materialized_view": ("PG::DuplicateTable", "PG::UndefinedTable"),
    "sequence": ("PG::DuplicateTable", "PG::UndefinedTable"),
}
_USUAL = ("PG::DuplicateObject", "PG::UndefinedObject")


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
    if (world.server_version or 0) >= _SAID_UNAVAILABLE:
        yield PreconditionFailure("PG::FeatureNotSupported", f'extension "{name}" is not available')
    else:
        yield PreconditionFailure(
            "PG::UndefinedFile", f"could not open the control file of extension {name}"
        )


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
                yield _duplicate_type(new)
        case e.AddEnumValue(name, value):
            yield from _needs_type(world, name)
            known = world.database.enums.get(name)
            if known is not None and value in known.values and not effect.if_not_exists:
                yield PreconditionFailure(
                    "PG::DuplicateObject", f'enum label "{value}" already exists'
                )
        case e.RenameEnumValue(name, old, new):
            yield from _needs_type(world, name)
            known = world.database.enums.get(name)
            if known is not None and old not in known.values:
                said = f'"{old}" is not an existing enum label'
                yield PreconditionFailure("PG::InvalidParameterValue", said)


def _new_type(world: SimulatedDatabase, effect: e.CreateEnum, name: str) -> Problems:
    if effect.if_not_exists:
        return
    if world.type(name) is There.YES or name in world.database.tables:
        yield _duplicate_type(name)
    if world.type(name) is There.OPEN:
        yield hangs_on_a_question("type", name)


def _duplicate_type(name: str) -> PreconditionFailure:
    return PreconditionFailure("PG::DuplicateObject", f'type "{name}" already exists')


def _needs_type(world: SimulatedDatabase, name: str) -> Problems:
    there = world.type(name)
    if there is There.NO:
        yield PreconditionFailure("PG::UndefinedObject", f'type "{name}" does not exist')
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
        yield PreconditionFailure(
            "PG::DependentObjectsStillExist",
            f"cannot drop type {name} because other objects depend on it ({', '.join(users)})",
        )


def _objects(
    world: SimulatedDatabase, effect: e.CreateObject | e.DropObject | e.RenameObject
) -> Problems:
    match effect:
        case e.CreateObject(kind, name, _, needs):
            yield from _new_object(world, effect, kind, name)
            for table in needs:
                if world.readable(table) is There.NO:
                    yield undefined_table(table)
        case e.DropObject(kind, name):
            if not effect.if_exists and _is_missing(world, kind, name):
                word = kind.replace("_", " ")
                yield PreconditionFailure(_errors(kind)[1], f'{word} "{name}" does not exist')
            if not effect.cascade:
                yield from _hanging(world, kind, name)
        case e.RenameObject(kind, old, new):
            if _is_missing(world, kind, old):
                yield PreconditionFailure(_errors(kind)[1], f'"{old}" does not exist')
            if world.named(kind, new) is There.YES:
                yield PreconditionFailure(_errors(kind)[0], f'"{new}" already exists')


def _hanging(world: SimulatedDatabase, kind: str, name: str) -> Problems:
    """Find the objects that keep a view or a schema from being dropped."""
    users = [f"view {view}" for view in world.viewed(name)] if "view" in kind else []
    if kind == "schema":
        known = [*world.database.tables, *(it.name for it in world.database.others)]
        users = [it for it in known if it.startswith(f"{name}.")]
    if users:
        word = kind.replace("_", " ")
        yield PreconditionFailure(
            "PG::DependentObjectsStillExist",
            f"cannot drop {word} {name} because other objects depend on it ({', '.join(users)})",
        )


def _new_object(world: SimulatedDatabase, effect: e.CreateObject, kind: str, name: str) -> Problems:
    if effect.or_replace and kind == "view" and world.relation(name) not in {None, kind}:
        yield PreconditionFailure("PG::WrongObjectType", f'"{name}" is not a view')
    if effect.or_replace or effect.if_not_exists:
        return
    if kind in _RELATIONS:
        yield from duplicate(world, name)
    elif kind == "schema" and any(it.startswith(f"{name}.") for it in world.database.tables):
        yield PreconditionFailure(_errors(kind)[0], f'schema "{name}" already exists')
    elif world.named(kind, name) is There.YES and kind not in {"function", "procedure"}:
        yield PreconditionFailure(_errors(kind)[0], f'{kind} "{name}" already exists')
    elif world.named(kind, name) is There.YES:
        said = f'function "{name}" already exists with same argument types'
        yield PreconditionFailure(_errors(kind)[0], said)


def _errors(kind: str) -> tuple[str, str]:
    return _ERRORS.get(kind, _USUAL)


def _is_missing(world: SimulatedDatabase, kind: str, name: str) -> bool:
    known = kind in LISTED or not world.complete
    return known and world.named(kind, name) is There.NO
