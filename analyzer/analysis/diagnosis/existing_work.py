"""Whether all that a migration makes is there already, and who made what stands in its way."""

from collections.abc import Iterator

from analyzer.analysis.diagnosis.catalog_lookup import Lookup
from analyzer.analysis.forecast.object_owners import Owners
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.name_lookup import located
from analyzer.analysis.schema.schema_database import Database
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef, Role, bare, objects

_TOLD = frozenset({"table", "column", "type", "view", "materialized_view"})  # by files


def is_there(parsed: Parsed, world: SimulatedDatabase) -> bool:
    """Whether a world has all that a migration makes, whoever made it.

    Returns: False where it makes nothing, changes or removes what it did not make, writes rows, or
    does something that cannot be read: whether that was done cannot be told.
    """
    return _only_makes(parsed) and made_is_there(parsed, world)


def made_is_there(parsed: Parsed, world: SimulatedDatabase) -> bool:
    """Whether a world has all the objects that a migration makes; False where it makes none."""
    alone = Owners(SimulatedDatabase.of_files(world.engine))
    alone.follow("", parsed)
    lookup = Lookup(world, alone.world)
    made = [ref for ref in alone.made_by if ref.kind != "extension"]
    if alone.uncertain & set(made):
        return False
    if world.complete:
        told = [ref for ref in made if lookup.tells(ref)]
        return bool(told) and all(map(lookup.has, told))
    told = [ref for ref in made if ref.kind in _TOLD]
    return bool(told) and all(world.has(ref) is There.YES for ref in told)


def indexes_beyond(parsed: Parsed, world: SimulatedDatabase) -> Iterator[str]:
    """Name the indexes that a migration makes and a world certainly lacks, whatever their names."""
    alone = Owners(SimulatedDatabase.of_files(world.engine))
    alone.follow("", parsed)
    for name, table in alone.world.database.tables.items():
        known = world.database.tables.get(name)
        held = {it.columns for it in known.indexes} if known is not None else set()
        for index in table.indexes:
            lacks = world.has(ObjectRef("index", index.name)) is There.NO
            if lacks and known is not None and index.columns not in held:
                yield index.name


def _only_makes(parsed: Parsed) -> bool:
    """Whether a migration touches nothing but what it makes itself."""
    made = set[ObjectRef]()
    for effect in map(bare, parsed.effects):
        if isinstance(effect, e.Opaque | e.WriteData | e.RunMigration):
            return False
        touched = list(objects(located(Database(), effect)))
        created = {ref for role, ref in touched if role is Role.CREATES}
        if not created and any(
            role in {Role.ALTERS, Role.DROPS} and ref not in made for role, ref in touched
        ):
            return False
        if any(role is Role.DROPS and ref not in made for role, ref in touched):
            return False
        made |= created
    return True


def makers(parsed: Parsed, line: int | None, owners: Owners) -> Iterator[tuple[ObjectRef, str]]:
    """Find existing objects that the effects of a line create, with their makers' paths."""
    for effect in map(bare, parsed.effects):
        if line is not None and effect.line != line:
            continue
        for role, ref in objects(located(Database(), effect)):
            if role is Role.CREATES and ref in owners.made_by:
                yield ref, owners.made_by[ref]


def creates(parsed: Parsed) -> frozenset[ObjectRef]:
    """List all objects that a migration creates, under a condition or not."""
    return frozenset(
        ref
        for effect in map(bare, parsed.effects)
        for role, ref in objects(located(Database(), effect))
        if role is Role.CREATES
    )
