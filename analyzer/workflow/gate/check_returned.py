"""Migrations that merged history had and took away, and that a change brings back as they were."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from analyzer.analysis.gate.reviewed_change import LastText
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.gate.gate import Changes, EditKind, Sides
from analyzer.model.words.wording import listed
from analyzer.records import Struct, replace
from analyzer.sources.history.two_points import added_between
from analyzer.workflow.gate.check_comparison import GateComparison

_SHOWN = 3
_SAME = frozenset({EditKind.NONE, EditKind.COMMENTS, EditKind.SAME_EFFECTS})


class Returned(Struct, frozen=True):
    """A migration as merged history had it last, and what that says of its end."""

    file: MigrationFile
    last: LastText


def find_returned(
    compared: GateComparison,
    sides: Sides,
    changes: Changes,
    rows: Collection[VersionKey] | None,
) -> tuple[Returned, ...]:
    """Find them among files that are not the newest: a new one of those would be late.

    Args: rows: what ran, where anything tells; then only what ran counts, and of what one commit
        took away together, all or nothing.
    """
    by_commit: dict[str, list[Returned]] = defaultdict(list)
    renamed = {it.new.path for it in changes.moved if it.old.version != it.new.version}
    for one in _candidates(compared, sides, renamed):
        by_commit[one.last.commit].append(one)
    return tuple(
        one
        for group in by_commit.values()
        for one in group
        if rows is None or _ran(group if one.last.brought else [one], rows)
    )


def with_returned(sides: Sides, returned: Sequence[Returned]) -> Sides:
    """The sides, with the returned ones among what is merged."""
    if not returned:
        return sides
    files = tuple(it.file for it in returned)
    return Sides(
        replace(sides.start, files=(*sides.start.files, *files)),
        sides.head,
        replace(sides.tip, files=(*sides.tip.files, *files)),
    )


def last_texts(returned: Sequence[Returned]) -> Mapping[str, LastText]:
    """What is known of each one's end, by path."""
    return {it.file.path: it.last for it in returned}


def told(returned: Sequence[Returned]) -> Iterator[str]:
    """What to say of them."""
    by_commit: dict[str, list[str]] = defaultdict(list)
    for it in returned:
        by_commit[it.last.commit].append(it.file.path)
    for commit, paths in by_commit.items():
        few = len(paths) == 1
        yield (
            f"{listed(paths, _SHOWN)} {'is' if few else 'are'} back as merged until {commit[:10]}: "
            f"databases that ran {'it know it' if few else 'them know them'} by the same version, "
            f"which stays; one that was made since runs {'it' if few else 'them'} late"
        )


def _ran(group: Sequence[Returned], rows: Collection[VersionKey]) -> bool:
    return all(it.file.version.key in rows for it in group)


def _candidates(
    compared: GateComparison, sides: Sides, renamed: Collection[str]
) -> Iterator[Returned]:
    known = {file.path for side in (sides.start, sides.tip) for file in side.files} | {*renamed}
    newest = max((file.version for file in sides.tip.files), default=None)
    if newest is None:
        return
    for file in sides.head.files:
        if file.path not in known and file.version <= newest and file.name.parents is None:
            last = last_text(compared, file.path)
            if last is not None and compared.texts.edit_of(last.blob, file.blob) in _SAME:
                yield Returned(replace(file, blob=last.blob), last)


def last_text(compared: GateComparison, path: str) -> LastText | None:
    """What merged history says of a path that is gone."""
    found = compared.taken_away.get(path)
    if found is None:
        return None
    blob, commit = found
    if commit not in compared.brought:
        there = added_between(compared.repository, f"{commit}^", commit, compared.folders)
        compared.brought[commit] = frozenset(it.path for it in there)
    return LastText(blob, commit, compared.brought[commit])
