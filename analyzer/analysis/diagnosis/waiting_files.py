"""What the catalogue shows of files without a row, each judged at its own place in the order.

Two courses are compared: all that ran, and the same with the file in its place. Only that in which
they differ can speak for or against the file.
"""

from collections.abc import Iterator

from analyzer.analysis.diagnosis.catalog_lookup import CatalogMatch, Lookup
from analyzer.analysis.diagnosis.object_likeness import agrees, differing
from analyzer.analysis.forecast.object_owners import Owners, Removed
from analyzer.analysis.forecast.simulated_world import There
from analyzer.analysis.schema.known_objects import Definition, definition
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.index_names import default_index_name
from analyzer.model.effects.objects import ObjectRef, Role, bare, objects
from analyzer.records import Struct

_RENAMED = frozenset({"table", "column"})


class CatalogEvidence(Struct, frozen=True):
    """A file's work compared with the database: present and missing objects, INVALID indexes.

    ``taken`` are objects of others that it takes away, and that are gone; ``excused`` are all that
    it may have taken away: if they are missing, nobody else is to blame. ``tolerant``: it passes
    over whatever of this is done.
    """

    present: tuple[ObjectRef, ...] = ()
    missing: tuple[ObjectRef, ...] = ()
    invalid: tuple[ObjectRef, ...] = ()
    taken: tuple[ObjectRef, ...] = ()
    excused: tuple[ObjectRef, ...] = ()
    tolerant: bool = False
    repeats: bool = False

    @property
    def complete(self) -> bool:
        """Whether all that the migration does is done, so that it must have run, or somebody."""
        return bool(self.present or self.taken) and not self.missing and not self.invalid


class Judge:
    """The catalogue's word on files without a row.

    Args: base: where all that ran leads to.
    """

    def __init__(self, base: Owners, lookup: Lookup) -> None:
        self.base, self.lookup = base, lookup

    def evidence(self, file: MigrationFile, parsed: Parsed, trial: Owners) -> CatalogEvidence:
        """Say what is there of a file. ``trial``: where all leads to with the file in its place."""
        lookup = Lookup(self.lookup.live, trial.world)
        handled = _handled(parsed, self.base)
        present, missing, invalid = [], [], []
        for ref in self._made(file, trial):
            match_of = self._match(ref, lookup, trial, replaced=ref in handled.replaced)
            if match_of is CatalogMatch.SAME:
                present.append(ref)
            elif match_of is CatalogMatch.INVALID:
                invalid.append(ref)
            elif match_of in {CatalogMatch.OTHER, CatalogMatch.ABSENT}:
                missing.append(ref)
        old = dict(self._removed(file, trial))
        sure = {ref: seen for ref, seen in old.items() if ref not in trial.uncertain}
        taken = [ref for ref, seen in sure.items() if seen is CatalogMatch.ABSENT]
        left = [ref for ref, seen in sure.items() if seen is CatalogMatch.SAME]
        return CatalogEvidence(
            tuple(present),
            (*missing, *left),
            tuple(invalid),
            tuple(taken),
            tuple(ref for ref, seen in old.items() if seen is not CatalogMatch.SAME),
            tolerant=handled.tolerated.issuperset((*present, *invalid, *taken)),
            repeats=any(isinstance(it, _REPEATED) for it in parsed.effects),
        )

    def _made(self, file: MigrationFile, trial: Owners) -> Iterator[ObjectRef]:
        """The objects that the file makes, or gives the name that they have at the end."""
        made = [ref for ref, path in trial.made_by.items() if path == file.path]
        named = [
            ref for ref, trail in trial.names.items() if any(it.path == file.path for it in trail)
        ]
        for ref in dict.fromkeys((*made, *named)):
            known = ref not in trial.uncertain and ref.kind != "extension"
            if known and (self.lookup.tells(ref) or ref.kind == "constraint"):
                yield ref

    def _match(
        self, ref: ObjectRef, lookup: Lookup, trial: Owners, *, replaced: bool
    ) -> CatalogMatch:
        """Compare an object that the file creates, renames or recreates with the database."""
        wanted, found = definition(trial.world.database, ref), lookup.find(ref)
        match_of = lookup.match_of(ref, wanted)
        if self.base.world.has(ref) is There.YES and not _assumed(ref, self.base):
            return self._changed(definition(self.base.world.database, ref), wanted, found, match_of)
        if match_of is CatalogMatch.SAME and found is None and self._explained(ref, wanted, lookup):
            return CatalogMatch.OPEN
        if replaced and match_of is CatalogMatch.SAME:
            return CatalogMatch.OPEN  # it may as well be the one that the file takes away
        return match_of

    def _explained(self, ref: ObjectRef, wanted: Definition, lookup: Lookup) -> bool:
        """Whether what does the same under another name is what others made."""
        twin = lookup.twin(ref, wanted)
        name = getattr(twin, "name", None)
        if name is None:
            return False
        kept = name if ref.kind == "index" else f"{lookup.table_of(ref)}.{name}"
        return self.base.world.has(ObjectRef(ref.kind, kept)) is There.YES

    def _changed(
        self, before: Definition, after: Definition, found: Definition, match_of: CatalogMatch
    ) -> CatalogMatch:
        """Count an object that others made only where the file changes it."""
        if match_of in {CatalogMatch.INVALID, CatalogMatch.ABSENT}:
            return CatalogMatch.OPEN
        on = differing(before, after, self.lookup.engine)
        if not on or found is None:
            return CatalogMatch.OPEN
        if agrees(found, after, on, self.lookup.engine):
            return CatalogMatch.SAME
        return (
            CatalogMatch.OTHER
            if agrees(found, before, on, self.lookup.engine)
            else CatalogMatch.OPEN
        )

    def _removed(
        self, file: MigrationFile, trial: Owners
    ) -> Iterator[tuple[ObjectRef, CatalogMatch]]:
        """Compare the objects of others that the file drops with the database."""
        for ref, removed in (*trial.removed.items(), *self._renamed(file, trial)):
            if removed.path == file.path and self.lookup.tells(ref):
                yield ref, self._old(ref, removed.was)

    def _renamed(self, file: MigrationFile, trial: Owners) -> Iterator[tuple[ObjectRef, Removed]]:
        """The names that the file takes away from tables and columns by giving them others."""
        for ref, trail in trial.names.items():
            for step in trail:
                before = step.before
                alone = ref.kind == "table" or _table(before) == _table(ref)
                lost = self.base.world.has(before) is There.YES is not trial.world.has(before)
                if step.path == file.path and ref.kind in _RENAMED and alone and lost:
                    yield before, Removed(file.path, definition(self.base.world.database, before))

    def _old(self, ref: ObjectRef, was: Definition) -> CatalogMatch:
        """Compare a dropped object with the database; nothing is known of a table that is gone."""
        lookup = Lookup(self.lookup.live, self.base.world)
        table = lookup.table_of(ref)
        if table is not None and not lookup.has(ObjectRef("table", table)):
            return CatalogMatch.OPEN
        return lookup.match_old(ref, was)


_REPEATED = (e.WriteData, e.Opaque, e.RunMigration)  # done once more, whatever is there


class _Handled(Struct, frozen=True):
    """Names that a file takes away itself, and those that it makes or takes only if need be."""

    replaced: frozenset[ObjectRef]
    tolerated: frozenset[ObjectRef]


def _handled(parsed: Parsed, base: Owners) -> _Handled:
    replaced: set[ObjectRef] = set()
    tolerated: set[ObjectRef] = set()
    for effect in parsed.effects:
        plain = bare(effect)
        touched = {ref for role, ref in objects(effect) if role in {Role.CREATES, Role.DROPS}}
        if isinstance(effect, e.Guarded) or _passes_over(plain):
            tolerated |= touched
            if isinstance(plain, e.DropTable):
                tolerated |= {ref for ref in base.made_by if _within(ref, plain.name)}
        replaced |= {ref for role, ref in objects(effect) if role is Role.DROPS}
        if isinstance(plain, e.RemoveIndex) and plain.table is not None and plain.columns:
            replaced |= _indexes_on(plain.table, plain.columns, base)
    return _Handled(frozenset(replaced), frozenset(tolerated))


def _passes_over(effect: e.PlainEffect) -> bool:
    tolerant = getattr(effect, "if_not_exists", False) or getattr(effect, "if_exists", False)
    return bool(tolerant)


def _indexes_on(table: str, columns: tuple[str, ...], base: Owners) -> set[ObjectRef]:
    names = {default_index_name(table, columns, long_names=long) for long in (False, True)}
    known = base.world.database.tables.get(table)
    names |= {it.name for it in (known.indexes if known else ()) if it.columns == columns}
    return {ObjectRef("index", name) for name in names}


def _within(ref: ObjectRef, table: str) -> bool:
    return ref.name.partition(".")[0] == table


def _table(ref: ObjectRef) -> str:
    return ref.name.rpartition(".")[0]


def _assumed(ref: ObjectRef, base: Owners) -> bool:
    """Whether an object is part of a table that no migration makes."""
    return ref.kind == "table" and ref.name in base.world.database.unsure
