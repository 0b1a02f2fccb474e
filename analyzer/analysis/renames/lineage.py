"""Lineages: under which names each file went on from one commit to another."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from analyzer.model.core.history import Commit, FileEvent, History
from analyzer.model.core.migration import MigrationName
from analyzer.records import Struct

NameOf = Callable[[str, str], MigrationName | None]  # by path and content
_MOST_ALIKE = 40_000  # pairs of one slug in a commit


class Hop(Struct, frozen=True):
    """One rename in one commit; ``similarity`` is git's, None where git did not pair the files."""

    commit: Commit
    old_path: str
    old_blob: str
    new_path: str
    new_blob: str
    similarity: int | None


class Appearance(Struct, frozen=True):
    """A name that a lineage carried, and the hops that led there."""

    path: str
    blob: str
    hops: tuple[Hop, ...]


Trust = Callable[[Hop], bool]


def ancestors(history: History, tip: str) -> frozenset[str]:
    """All commits of the history that the tip holds, itself included."""
    parents = {commit.sha: commit.parents for commit in history.commits}
    found: set[str] = set()
    todo = [tip]
    while todo:
        sha = todo.pop()
        if sha in found or sha not in parents:
            continue
        found.add(sha)
        todo.extend(parents[sha])
    return frozenset(found)


def hops_of(commit: Commit, name_of: NameOf) -> Iterator[Hop]:
    """The renames of one commit: git's own, and a deletion and an addition of one slug.

    Where very many of one slug went and came, it says nothing of any two of them.
    """
    gone: dict[str, list[FileEvent]] = {}
    came: Counter[str] = Counter()
    for event in commit.events:
        name = name_of(event.path, event.blob)
        if event.kind == "D" and name is not None:
            gone.setdefault(name.slug, []).append(event)
        elif event.kind == "A" and name is not None:
            came[name.slug] += 1
    gone = {slug: olds for slug, olds in gone.items() if len(olds) * came[slug] <= _MOST_ALIKE}
    for event in commit.events:
        if event.kind == "R" and event.old_path is not None and event.old_blob is not None:
            yield Hop(
                commit, event.old_path, event.old_blob, event.path, event.blob, event.similarity
            )
        elif event.kind == "A" and (name := name_of(event.path, event.blob)) is not None:
            for old in gone.get(name.slug, ()):
                yield Hop(commit, old.path, old.blob, event.path, event.blob, None)


def trace_back(
    files: Iterable[tuple[str, str]], commits: Iterable[Commit], name_of: NameOf, trust: Trust
) -> Mapping[str, Appearance]:
    """Follow files (path, blob) back through commits, newest first, to the names they had before.

    Returns: for each file, by its path, the name it started from and the hops between the two.
    """
    found = {path: Appearance(path, blob, ()) for path, blob in files}
    by_name = {path: path for path in found}
    for commit in commits:
        for hop in hops_of(commit, name_of):
            origin = by_name.get(hop.new_path)
            if origin is not None and hop.old_path not in by_name and trust(hop):
                found[origin] = Appearance(hop.old_path, hop.old_blob, (*found[origin].hops, hop))
                del by_name[hop.new_path]
                by_name[hop.old_path] = origin
    return found


def follow(
    starts: Mapping[str, Appearance],
    commits: Iterable[Commit],
    name_of: NameOf,
    trust: Trust,
) -> Mapping[str, Mapping[str, Appearance]]:
    """Follow lineages through commits, oldest first, from the names they start with.

    Returns: for each start, by its key, every path that its migration came to carry, the first
    included, with the hops that led there and the last content seen under it. Hops that ``trust``
    does not believe are left out. A name may still be carried by the lineage on another branch,
    so names are never dropped: whether one still exists is for the reader to ask of the target.
    """
    trails = {start: {first.path: first} for start, first in starts.items()}
    carriers: dict[str, set[str]] = {}
    for start, first in starts.items():
        carriers.setdefault(first.path, set()).add(start)
    for commit in commits:
        _take_edits(commit, trails, carriers)
        arrivals: list[tuple[str, Appearance]] = []
        for hop in hops_of(commit, name_of):
            if hop.old_path in carriers and trust(hop):
                arrivals.extend(
                    (start, _extend(trails[start][hop.old_path], hop))
                    for start in carriers[hop.old_path]
                )
        for start, appearance in arrivals:
            _arrive(start, appearance, trails, carriers)
    return trails


def _extend(appearance: Appearance, hop: Hop) -> Appearance:
    return Appearance(hop.new_path, hop.new_blob, (*appearance.hops, hop))


def _arrive(
    start: str,
    appearance: Appearance,
    trails: dict[str, dict[str, Appearance]],
    carriers: dict[str, set[str]],
) -> None:
    """Note a new name; the first, oldest way to a name is kept (a merge repeats it)."""
    trail = trails[start]
    if appearance.path not in trail:
        trail[appearance.path] = appearance
        carriers.setdefault(appearance.path, set()).add(start)


def _take_edits(
    commit: Commit, trails: dict[str, dict[str, Appearance]], carriers: Mapping[str, set[str]]
) -> None:
    for event in commit.events:
        if event.kind == "M":
            for start in carriers.get(event.path, ()):
                known = trails[start][event.path]
                trails[start][event.path] = Appearance(event.path, event.blob, known.hops)
