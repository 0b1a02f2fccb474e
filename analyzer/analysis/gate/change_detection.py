"""What a change did to merged migrations: renamed, moved, deleted, edited; and what it added."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import Changes, Moved, Sides
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.model.core.version import VersionKey

PairLeftovers = Callable[
    [Sequence[MigrationFile], Sequence[MigrationFile]],
    Iterable[tuple[MigrationFile, MigrationFile]],
]
Files = dict[str, MigrationFile]


def find_changes(sides: Sides, pair_leftovers: PairLeftovers) -> Changes:
    """Compare the change with what both sides had in common.

    What the base did as well since then is no part of the change.

    Args:
        pair_leftovers: pairs files whose names and contents have nothing exact in common; asked
            only where such are left.
    """
    start, head, tip = (_by_path(side.files) for side in (sides.start, sides.head, sides.tip))
    gone = {path: file for path, file in start.items() if path not in head and path in tip}
    new = {
        path: file
        for path, file in head.items()
        if path not in start and _blob(tip, path) != file.blob
    }
    pairs = list(_pair(gone, new))
    if gone and new:
        pairs += [(old, now) for old, now in pair_leftovers([*gone.values()], [*new.values()])]
    for old, now in pairs:
        gone.pop(old.path, None)
        new.pop(now.path, None)
    moved = tuple(Moved(*pair) for pair in sorted(pairs, key=lambda pair: pair[0].path))
    deleted, added = tuple(gone.values()), tuple(new.values())
    leaving = {one.old.path for one in moved} | gone.keys()
    arriving = {one.new.path: one.new for one in moved} | new
    kept = {path: file for path, file in tip.items() if path not in leaving}
    merged = sorted((kept | arriving).values(), key=lambda file: (file.version.key, file.path))
    return Changes(moved, deleted, tuple(_edited(start, head, tip)), added, tuple(merged))


def _by_path(files: Iterable[MigrationFile]) -> Files:
    return {file.path: file for file in sorted(files, key=lambda file: file.path)}


def _blob(files: Files, path: str) -> str | None:
    file = files.get(path)
    return file.blob if file is not None else None


def _edited(start: Files, head: Files, tip: Files) -> Iterator[Moved]:
    for path, old in start.items():
        now = head.get(path)
        if now is not None and now.blob not in (old.blob, _blob(tip, path)):
            yield Moved(old, now)


def _pair(gone: Files, new: Files) -> Iterator[tuple[MigrationFile, MigrationFile]]:
    """Pair by what is exact, the most telling first; taken files leave both sides."""
    keys: tuple[Callable[[MigrationFile], Hashable], ...] = (
        lambda file: file.basename,
        lambda file: (file.name.slug, file.blob),
        lambda file: (file.version.key, file.blob),
        lambda file: file.blob,
        lambda file: (file.name.slug, file.name.scope, file.folder),
        lambda file: (file.name.slug, file.name.scope),
    )
    for key in keys:
        olds, news = _grouped(gone, key), _grouped(new, key)
        for shared in olds.keys() & news.keys():
            if len(olds[shared]) == len(news[shared]) == 1:
                old, now = olds[shared][0], news[shared][0]
                del gone[old.path], new[now.path]
                yield old, now


def _grouped(
    files: Files, key: Callable[[MigrationFile], Hashable]
) -> dict[Hashable, list[MigrationFile]]:
    groups: dict[Hashable, list[MigrationFile]] = defaultdict(list)
    for file in files.values():
        groups[key(file)].append(file)
    return groups


def without_unrun(changes: Changes, unrun: Collection[str]) -> Changes:
    """Take merged files that cannot have run (by path) for what they are: as good as new.

    Giving one of two files that share a version another one is the cure, and no rename.
    """
    renumbered = [
        moved
        for moved in changes.moved
        if moved.old.path in unrun and moved.old.version != moved.new.version
    ]
    added = sorted([*changes.added, *(one.new for one in renumbered)], key=lambda file: file.path)
    return replace(
        changes,
        moved=tuple(one for one in changes.moved if one not in renumbered),
        added=tuple(added),
    )


def shared_versions(files: Iterable[MigrationFile]) -> Iterator[list[MigrationFile]]:
    """The groups of files that have one version."""
    groups: dict[VersionKey, list[MigrationFile]] = defaultdict(list)
    for file in files:
        groups[file.version.key].append(file)
    return (group for group in groups.values() if len(group) > 1)


def emptied_folders(sides: Sides, changes: Changes) -> frozenset[tuple[str, str]]:
    """Pairs of folders of which the second took all that the first had."""
    left = {file.folder for file in sides.head.files}
    new_folders: dict[str, set[str]] = defaultdict(set)
    for moved in changes.moved:
        new_folders[moved.old.folder].add(moved.new.folder)
    gone = {file.folder for file in changes.deleted}
    return frozenset(
        (old, next(iter(new)))
        for old, new in new_folders.items()
        if len(new) == 1 and old not in left | gone
    )
