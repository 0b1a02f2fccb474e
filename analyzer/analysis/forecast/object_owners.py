"""Which migration made each object that is left when all of them have run, under which name."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from analyzer.analysis.forecast.dependency_runs import expanded
from analyzer.analysis.forecast.simulated_changes import (
    WITHIN_TABLES,
    apply,
    in_place_of_assumed,
    make_room,
)
from analyzer.analysis.forecast.simulated_start import happened
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.schema.known_objects import Definition
from analyzer.analysis.schema.name_lookup import forget_temporary, is_temporary, located
from analyzer.analysis.schema.schema_store import Before, Tables
from analyzer.model.core import condition as c
from analyzer.model.core.condition import Condition
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef, bare
from analyzer.model.schema.schema import Table
from analyzer.records import Struct, field, replace

Renames = e.RenameTable | e.RenameColumn | e.RenameIndex
_ALTERING = e.ChangeColumn | e.ChangeDefault | e.ChangeNull | e.ChangeColumnComment


class Renamed(Struct, frozen=True):
    """One change of an object's name: what it was called before, and the path of who changed it."""

    before: ObjectRef
    path: str


class Removed(Struct, frozen=True):
    """An object that a migration removed: the path of its maker, and its definition."""

    path: str
    was: Definition


class Owners(Struct):
    """The objects at one point, each with the path of the migration that made it.

    ``names`` are the former names of those that were renamed, oldest first. ``removed`` are those
    that a migration took away from another one, by their last name; a name that something else
    took since is not among them.
    ``uncertain`` were made, renamed or taken away under a question that cannot be answered, or in
    spite of an error that the file rescues.
    """

    world: SimulatedDatabase
    made_by: dict[ObjectRef, str] = field(default_factory=dict)
    names: dict[ObjectRef, tuple[Renamed, ...]] = field(default_factory=dict)
    removed: dict[ObjectRef, Removed] = field(default_factory=dict)
    uncertain: set[ObjectRef] = field(default_factory=set)
    classes: dict[str, Parsed] = field(default_factory=dict)

    def follow(self, path: str, parsed: Parsed) -> None:
        """Let one migration run."""
        answers: dict[int, bool | None] = {}
        for effect in expanded(parsed.effects, self.classes):
            sure: bool | None = True
            if isinstance(effect, e.Guarded):
                sure = happened(self.world, effect, answers)
                if any(self._doubtful(it.condition) for it in effect.asked):
                    sure = None
                if sure is False or (sure is None and not effect.likely):
                    continue
                sure = sure and not effect.rescued
            self._step(path, located(self.world.database, bare(effect)), sure=sure is True)
        forget_temporary(self.world.database)
        if parsed.class_name is not None:
            self.classes[parsed.class_name] = parsed

    def fork(self, paths: Mapping[str, str] | None = None) -> "Owners":
        """A copy to try migrations on.

        Args: paths: the paths that migrations have there, by those that they have here; as here
            where none are given.
        """
        known = self.world.database
        database = replace(
            known,
            tables=Tables(known.tables),
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
        owners = Owners(
            world,
            dict(self.made_by),
            dict(self.names),
            dict(self.removed),
            set(self.uncertain),
            dict(self.classes),
        )
        return owners if paths is None else owners._with_paths(paths)

    def _with_paths(self, paths: Mapping[str, str]) -> "Owners":
        """The same where the migrations have other paths."""
        trails = {
            ref: tuple(replace(it, path=paths[it.path]) for it in trail)
            for ref, trail in self.names.items()
        }
        return replace(
            self,
            made_by={ref: paths[path] for ref, path in self.made_by.items()},
            names=trails,
            removed={ref: replace(it, path=paths[it.path]) for ref, it in self.removed.items()},
        )

    def _doubtful(self, asked: Condition) -> bool:
        """Whether a question is about something that itself depends on an open question."""
        return not self.uncertain.isdisjoint(_asked_about(asked))

    def _step(self, path: str, effect: e.PlainEffect, *, sure: bool) -> None:
        database = self.world.database
        make_room(self.world, effect)
        tables, rest = database.tables.begin_around(), self._outside_of(effect)
        unsure = set(database.unsure)
        apply(self.world, in_place_of_assumed(self.world, effect))
        if is_temporary(effect):
            return
        if isinstance(effect, Renames):
            self._renamed(path, tables, effect, sure=sure)
            return
        if not sure:
            self.uncertain |= {ObjectRef("table", name) for name in database.unsure - unsure}
        before, after = _all_inside(tables.changed()), _all_inside(tables.came())
        before = {ref: it for ref, it in before.items() if ref.name not in unsure}
        assumed = {ObjectRef("table", name) for name in database.unsure}
        now = self._outside_of(effect)
        made = (after.keys() - before.keys() - assumed) | (now.keys() - rest.keys())
        for ref in () if isinstance(effect, _ALTERING) else made:
            self._make(ref, path, sure=sure)
        was = {**before, **rest}
        for ref in (before.keys() - after.keys()) | (rest.keys() - now.keys()):
            self._take_away(ref, path, was[ref], sure=sure)

    def _outside_of(self, effect: e.PlainEffect) -> dict[ObjectRef, Definition]:
        """All objects that are not in a table; none where the effect changes nothing of them."""
        within = isinstance(effect, WITHIN_TABLES) and not getattr(effect, "cascade", False)
        return {} if within else _outside(self.world)

    def _make(self, ref: ObjectRef, path: str, *, sure: bool) -> None:
        self.made_by[ref] = path
        self.removed.pop(ref, None)
        self.names.pop(ref, None)
        (self.uncertain.discard if sure else self.uncertain.add)(ref)

    def _take_away(self, ref: ObjectRef, path: str, was: Definition, *, sure: bool) -> None:
        self.names.pop(ref, None)
        if self.made_by.pop(ref, path) != path:
            self.removed[ref] = Removed(path, was)
        if not sure:
            self.uncertain.add(ref)

    def _renamed(self, path: str, before: Before, effect: Renames, *, sure: bool) -> None:
        """Carry objects over to their new names."""
        pairs = dict(_new_names(before, self.world, effect))
        owners = {old: self.made_by.pop(old, None) for old in pairs}
        trails = {old: self.names.pop(old, ()) for old in pairs}
        doubted = {old for old in pairs if old in self.uncertain}
        for old, new in pairs.items():
            owner = owners[old]
            if owner is not None:
                self.made_by[new] = owner
            self.names[new] = (*trails[old], Renamed(old, path))
            self.removed.pop(new, None)
            certain = sure and old not in doubted
            (self.uncertain.discard if certain else self.uncertain.add)(new)


def _asked_about(condition: Condition) -> Iterator[ObjectRef]:
    match condition:
        case c.Not(of):
            yield from _asked_about(of)
        case c.AllOf(parts) | c.AnyOf(parts):
            for part in parts:
                yield from _asked_about(part)
        case c.TableExists(table) | c.ForeignKeyExists(table) | c.ConstraintExists(table):
            yield ObjectRef("table", table)
        case c.ColumnExists(table, column):
            yield ObjectRef("table", table)
            yield ObjectRef("column", f"{table}.{column}")
        case c.IndexExists(table, name):
            yield from [ObjectRef("table", table)] if table is not None else []
            yield from [ObjectRef("index", name)] if name is not None else []
        case c.ExtensionEnabled() | c.ExtensionAvailable() | c.Unsure():
            return
        case _:
            assert_never(condition)


def _new_names(
    before: Before, world: SimulatedDatabase, effect: Renames
) -> Iterator[tuple[ObjectRef, ObjectRef]]:
    """The objects that an effect renamed, each with its new name; tables keep their order."""
    after = world.database.tables
    if isinstance(effect, e.RenameIndex):
        yield ObjectRef("index", effect.old), ObjectRef("index", effect.new)
        return
    if isinstance(effect, e.RenameTable) and effect.old not in before:
        yield ObjectRef("table", effect.old), ObjectRef("table", effect.new)
        return
    if isinstance(effect, e.RenameColumn) and effect.table in world.database.unsure:
        old_name, new_name = f"{effect.table}.{effect.old}", f"{effect.table}.{effect.new}"
        yield ObjectRef("column", old_name), ObjectRef("column", new_name)
    for old in before.changed():
        new = after.get(effect.new if isinstance(effect, e.RenameTable) else old.name)
        new = after.get(old.name, new)
        if new is not None:
            pairs = zip(_inside(old), _inside(new), strict=False)
            yield from ((here, there) for here, there in pairs if here != there)


def _all_inside(tables: Iterator[Table]) -> dict[ObjectRef, Definition]:
    return {ref: it for table in tables for ref, it in _items(table)}


def _inside(table: Table) -> Iterator[ObjectRef]:
    """A table and all that is in it, in a stable order."""
    return (ref for ref, _ in _items(table))


def _items(table: Table) -> Iterator[tuple[ObjectRef, Definition]]:
    name = table.name
    yield ObjectRef("table", name), table
    yield from ((ObjectRef("column", f"{name}.{it.name}"), it) for it in table.columns)
    yield from ((ObjectRef("index", it.name), it) for it in table.indexes)
    yield from ((ObjectRef("foreign_key", f"{name}.{it.name}"), it) for it in table.foreign_keys)
    yield from ((ObjectRef("constraint", f"{name}.{it.name}"), it) for it in table.constraints)


def _outside(world: SimulatedDatabase) -> dict[ObjectRef, Definition]:
    """All objects that are not in a table."""
    database = world.database
    found: dict[ObjectRef, Definition] = {
        ObjectRef("type", name): it for name, it in database.enums.items()
    }
    found |= {ObjectRef("extension", name): None for name in database.extensions}
    return found | {ObjectRef(it.kind, it.name): it for it in database.others}
