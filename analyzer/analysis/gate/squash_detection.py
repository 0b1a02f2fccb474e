"""Squashes: a new file that makes what deleted migrations made, for new databases to come."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.analysis.diagnosis.existing_work import creates
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.gate.merged_database import MergedDatabase, ParsedOf
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.gate.gate import Changes, Squash
from analyzer.records import replace

WorldFor = Callable[[Sequence[MigrationFile]], MergedDatabase]


def find_squashes(changes: Changes, world_for: WorldFor, parsed_of: ParsedOf) -> list[Squash]:
    """Find new files all of whose work is there already, done by files that the change deletes.

    A file that looks like one of them under another name, and holds the work of others too, is a
    squash and no rename.
    """
    found: list[Squash] = []
    own = {moved.new.path: moved.old for moved in changes.moved}
    for file in (*changes.added, *(moved.new for moved in changes.moved)):
        paired = own.get(file.path)
        gone = (*changes.deleted, paired) if paired is not None else changes.deleted
        if len(gone) < (1 if paired is None else 2) or not _makes_nothing_new(file, world_for):
            continue
        replaced = tuple(_replaced(file, gone, world_for, parsed_of))
        if replaced and (paired is None or len(replaced) > 1):
            found.append(Squash(file, replaced, world_for([file]).beyond(file)))
    return found


def without_squashed(changes: Changes, squashes: Sequence[Squash]) -> Changes:
    """Take squashes for new files, and what they look like for deleted."""
    paths = {squash.file.path for squash in squashes}
    pairs = [moved for moved in changes.moved if moved.new.path in paths]
    return replace(
        changes,
        moved=tuple(moved for moved in changes.moved if moved not in pairs),
        added=_by_path([*changes.added, *(moved.new for moved in pairs)]),
        deleted=_by_path([*changes.deleted, *(moved.old for moved in pairs)]),
    )


def _by_path(files: Iterable[MigrationFile]) -> tuple[MigrationFile, ...]:
    return tuple(sorted(files, key=lambda file: file.path))


def _makes_nothing_new(file: MigrationFile, world_for: WorldFor) -> bool:
    return world_for([file]).makes_nothing_new(file)


def _replaced(
    file: MigrationFile, deleted: Sequence[MigrationFile], world_for: WorldFor, parsed_of: ParsedOf
) -> Iterator[MigrationFile]:
    """The deleted files whose work, as far as it is still there, the new one holds."""
    makes = creates(parsed_of(file))
    made = {old.path: creates(parsed_of(old)) for old in deleted}
    like = [old for old in deleted if not made[old.path].isdisjoint(makes)]
    if not like:
        return
    world = world_for(like).world()  # of all at once: each alone would be read for again
    alike = [old for old in like if _left(made[old.path], world) <= makes]
    newest = max((old.version for old in alike), default=None)
    for old in sorted(deleted, key=lambda old: old.version):
        silent = not made[old.path] and newest is not None and old.version < newest
        if old in alike or silent:  # what made nothing, such as a change of rows, goes with them
            yield old


def _left(made: frozenset[ObjectRef], world: SimulatedDatabase) -> set[ObjectRef]:
    """The objects that have not been dropped or renamed since."""
    return {ref for ref in made if world.has(ref) is There.YES}
