"""Effects carried out on a simulated database, whatever they find there."""

from collections.abc import Iterator
from contextlib import suppress

from analyzer.analysis.forecast.simulated_cascade import drop_hanging
from analyzer.analysis.forecast.simulated_world import LISTED, SimulatedDatabase, There
from analyzer.analysis.schema.schema_database import EffectRefusedError
from analyzer.analysis.schema.schema_effects import SchemaEffect, apply_effect
from analyzer.analysis.schema.schema_store import Before
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import PlainEffect
from analyzer.model.effects.objects import ObjectRef, Role, objects
from analyzer.model.schema.schema import Table
from analyzer.records import replace


def in_place_of_assumed(world: SimulatedDatabase, effect: PlainEffect) -> PlainEffect:
    """Find the CREATE TABLE that a migration needs which ran although it sorts earlier.

    It then ran first, late as its version is. What the other one added is part of the table.
    """
    if not isinstance(effect, e.CreateTable) or effect.table.name not in world.database.unsure:
        return effect
    name, table = effect.table.name, effect.table
    world.database.unsure.discard(name)
    assumed = world.database.tables.get(name, Table(name))
    if name in world.database.tables:
        del world.database.tables[name]
    return replace(effect, table=_with_parts(table, assumed))


def make_room(world: SimulatedDatabase, effect: PlainEffect) -> None:
    """Take a table that was only assumed out of the way of one that was given its name.

    That ran, so nothing had the name; what seemed to need it, such as a model, has the older one.
    """
    if not isinstance(effect, e.RenameTable) or effect.new not in world.database.unsure:
        return
    database = world.database
    assumed = database.tables.get(effect.new)
    if assumed is None or world.complete:
        return
    del database.tables[effect.new]
    database.unsure.discard(effect.new)
    known = database.tables.get(effect.old)
    if known is None:
        database.unsure.add(effect.old)
        known = Table(effect.old)
    database.put(_with_parts(known, assumed))


def _with_parts(table: Table, assumed: Table) -> Table:
    own = {column.name for column in table.columns}
    added = tuple(column for column in assumed.columns if column.name not in own)
    return replace(
        table,
        columns=(*table.columns, *added),
        indexes=(*table.indexes, *assumed.indexes),
        foreign_keys=(*table.foreign_keys, *assumed.foreign_keys),
        constraints=(*table.constraints, *assumed.constraints),
    )


WITHIN_TABLES = e.CreateTable | e.AddColumn | e.AddIndex | e.AddForeignKey
"""Effects that change nothing outside tables, unless they cascade."""


def apply(world: SimulatedDatabase, effect: PlainEffect) -> bool:
    """Carry out an effect as far as it finds what it works on; say whether anything changed."""
    database = world.database
    before = database.tables.begin()
    others = None if isinstance(effect, WITHIN_TABLES) else _rest(world)
    unseen = _changes_unseen(world, effect)
    if not world.complete:
        _assume(world, effect)
    if isinstance(effect, e.Opaque | e.RunMigration | e.ReadData | e.WriteData):
        changed = isinstance(effect, e.WriteData)
    else:
        if getattr(effect, "cascade", False):
            drop_hanging(world, effect)
        for part in _steps(effect):
            with suppress(EffectRefusedError):  # a doubt was told, or the file rescues it
                apply_effect(database, part)
        changed = before.differs() or (others is not None and _rest(world) != others)
        changed |= unseen
        _note(world, effect, before)
    world.rows.follow(effect, before)
    return changed


def _changes_unseen(world: SimulatedDatabase, effect: PlainEffect) -> bool:  # noqa: PLR0911  one line a kind
    """Whether an effect changes something of which the simulation keeps no account."""
    match effect:
        case e.ChangeOther():
            return True
        case e.CreateTable():
            return effect.force
        case e.ChangeColumn():
            return effect.using
        case e.CreateObject():
            return effect.or_replace
        case e.DropObject(kind):
            return kind not in LISTED
        case e.DropEnum(name):
            return world.type(name) is not There.NO
        case e.AddIndex(table, index):
            passed_over = effect.if_not_exists and world.relation(index.name) is not None
            return world.view(table) is not None and not passed_over
        case e.RemoveIndex(table, _, name):
            of_view = name is None and world.view(table or "") is not None
            return of_view or name in world.broken_indexes or name in world.view_indexes
        case e.RenameIndex(_, old):
            return old in world.view_indexes
        case _:
            return False


def _steps(effect: SchemaEffect) -> Iterator[SchemaEffect]:
    """``force`` is a DROP before the CREATE; under IF NOT EXISTS, Rails adds missing indexes."""
    if not isinstance(effect, e.CreateTable):
        yield effect
        return
    table, line = effect.table, effect.line
    if effect.force:
        yield e.DropTable(table.name, line, if_exists=True, cascade=effect.cascade)
    yield effect
    for index in table.indexes if effect.if_not_exists else ():
        yield e.AddIndex(table.name, index, line, if_not_exists=True)


def _rest(world: SimulatedDatabase) -> tuple[object, ...]:
    database = world.database
    return dict(database.enums), set(database.extensions), set(database.others)


def _assume(world: SimulatedDatabase, effect: PlainEffect) -> None:
    """Put in a table, with columns that are not known, where an effect needs one to be there."""
    for role, ref in objects(effect):
        if ref.kind != "table" or role is Role.CREATES or ref.name in world.database.tables:
            continue
        if world.table(ref.name) is There.ASSUMED and world.view(ref.name) is None:
            world.database.put(Table(ref.name))
            world.database.unsure.add(ref.name)


def _note(world: SimulatedDatabase, effect: PlainEffect, before: Before) -> None:
    """Keep in mind what is gone, and which views read which tables."""
    for role, ref in objects(effect):
        if role is Role.DROPS:
            world.gone.add(ref)
        elif role is Role.CREATES:
            world.gone.discard(ref)
            world.open.discard(ref)
    for name in before.gone():
        world.gone.add(ObjectRef("table", name))
        world.database.unsure.discard(name)
    match effect:
        case e.CreateObject("view" | "materialized_view", name, _, needs):
            world.views[name] = frozenset((table, "") for table in needs)
        case e.DropObject("view" | "materialized_view", name):
            world.views.pop(name, None)
            kept = {index: view for index, view in world.view_indexes.items() if view != name}
            world.view_indexes = kept
        case e.EnableExtension(name):
            world.enabled.add(name)
        case e.RenameObject("view" | "materialized_view", old, new) if old in world.views:
            world.views[new] = world.views.pop(old)
            _rename_in_views(world, old, new)
        case e.RenameTable(old, new):
            _rename_in_views(world, old, new)
        case _:
            _note_index(world, effect)


def _note_index(world: SimulatedDatabase, effect: PlainEffect) -> None:
    """Keep account of the indexes that no table lists: those not valid, and those of views."""
    match effect:
        case e.RemoveIndex(_, _, str() as name):
            world.broken_indexes.pop(name, None)
            world.view_indexes.pop(name, None)
        case e.AddIndex(table, index) if world.view(table) is not None:
            world.view_indexes[index.name] = table
        case e.RenameIndex(_, old, new) if old in world.view_indexes:
            world.view_indexes[new] = world.view_indexes.pop(old)
        case _:
            return


def _rename_in_views(world: SimulatedDatabase, old: str, new: str) -> None:
    for view, used in world.views.items():
        if any(table == old for table, _ in used):
            renamed = frozenset((new if table == old else table, column) for table, column in used)
            world.views[view] = renamed
