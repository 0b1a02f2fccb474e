"""Which migration made each object that is left when all of them have run, under which name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from analyzer.analysis.dependency_runs import expanded
from analyzer.analysis.simulated_changes import apply, in_place_of_assumed
from analyzer.analysis.simulated_names import forget_temporary, is_temporary, located
from analyzer.analysis.simulated_start import happened
from analyzer.analysis.simulated_world import World
from analyzer.model import effect as e
from analyzer.model.effect import Parsed
from analyzer.model.objects import ObjectRef, bare
from analyzer.model.schema import Table


@dataclass(slots=True)
class Owners:
    """The objects at one point, each with the path of the migration that made it.

    ``removed`` are those that a migration took away from another one, by their last name.
    ``uncertain`` were made or taken away under a question that cannot be answered.
    """

    world: World
    made_by: dict[ObjectRef, str] = field(default_factory=dict)
    removed: dict[ObjectRef, str] = field(default_factory=dict)
    uncertain: set[ObjectRef] = field(default_factory=set)
    classes: dict[str, Parsed] = field(default_factory=dict)

    def follow(self, path: str, parsed: Parsed) -> None:
        """Let one migration run."""
        answers: dict[int, bool | None] = {}
        for effect in expanded(parsed.effects, self.classes):
            sure: bool | None = True
            if isinstance(effect, e.Guarded):
                sure = happened(self.world, effect, answers)
                if sure is False or (sure is None and not effect.likely):
                    continue
            self._step(path, located(self.world.database, bare(effect)), sure=sure is True)
        forget_temporary(self.world.database)
        if parsed.class_name is not None:
            self.classes[parsed.class_name] = parsed

    def fork(self) -> "Owners":
        """A copy to try a migration on."""
        known = self.world.database
        database = replace(
            known,
            tables=dict(known.tables),
            enums=dict(known.enums),
            extensions=set(known.extensions),
            others=set(known.others),
            unsure=set(known.unsure),
            former=dict(known.former),
        )
        world = replace(
            self.world,
            database=database,
            views=dict(self.world.views),
            view_indexes=dict(self.world.view_indexes),
            enabled=set(self.world.enabled),
            gone=set(self.world.gone),
            open=set(self.world.open),
            rows=type(self.world.rows)(),
        )
        return replace(self, world=world, made_by={}, removed={}, uncertain=set())

    def _step(self, path: str, effect: e.PlainEffect, *, sure: bool) -> None:
        database = self.world.database
        tables, rest = dict(database.tables), set(_outside(self.world))
        unsure = set(database.unsure)
        apply(self.world, in_place_of_assumed(self.world, effect))
        if is_temporary(effect):
            return
        if isinstance(effect, e.RenameTable | e.RenameColumn | e.RenameIndex):
            self._renamed(tables, effect)
            return
        before = {ref for table in _changed(tables, database.tables) for ref in _inside(table)}
        after = {ref for table in _changed(database.tables, tables) for ref in _inside(table)}
        before -= {ObjectRef("table", name) for name in unsure}
        assumed = {ObjectRef("table", name) for name in database.unsure}
        now = set(_outside(self.world))
        for ref in (after - before - assumed) | (now - rest):
            self.made_by[ref] = path
            self.removed.pop(ref, None)
            if not sure:
                self.uncertain.add(ref)
        for ref in (before - after) | (rest - now):
            maker = self.made_by.pop(ref, path)
            if maker != path:
                self.removed[ref] = path
            if not sure:
                self.uncertain.add(ref)

    def _renamed(
        self, before: Mapping[str, Table], effect: e.RenameTable | e.RenameColumn | e.RenameIndex
    ) -> None:
        """Carry a table's objects over to their new names, in the order in which they stand."""
        after = self.world.database.tables
        for old in _changed(before, after):
            new = after.get(effect.new if isinstance(effect, e.RenameTable) else old.name)
            new = after.get(old.name, new)
            if new is None:
                continue
            pairs = list(zip(_inside(old), _inside(new), strict=False))
            moved = {there: self.made_by.pop(here, None) for here, there in pairs if here != there}
            self.made_by.update({ref: path for ref, path in moved.items() if path is not None})


def _changed(one: Mapping[str, Table], other: Mapping[str, Table]) -> Iterator[Table]:
    """The tables of one side that are not the same on the other."""
    return (table for name, table in one.items() if other.get(name) is not table)


def _inside(table: Table) -> Iterator[ObjectRef]:
    """A table and all that is in it, in a stable order."""
    name = table.name
    yield ObjectRef("table", name)
    yield from (ObjectRef("column", f"{name}.{column.name}") for column in table.columns)
    yield from (ObjectRef("index", index.name) for index in table.indexes)
    yield from (ObjectRef("foreign_key", f"{name}.{key.name}") for key in table.foreign_keys)
    yield from (ObjectRef("constraint", f"{name}.{it.name}") for it in table.constraints)


def _outside(world: World) -> Iterator[ObjectRef]:
    """All objects that are not in a table."""
    database = world.database
    yield from (ObjectRef("type", name) for name in database.enums)
    yield from (ObjectRef("extension", name) for name in database.extensions)
    yield from (ObjectRef(other.kind, other.name) for other in database.others)
