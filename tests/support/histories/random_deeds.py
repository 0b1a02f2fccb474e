"""What people do with migration files. A deed gets a copy of the tree and returns the next one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random

from analyzer.records import replace
from tests.support.frameworks.random_migration import (
    Source,
    emptied,
    fresh,
    inverse,
    reworked,
    touched_up,
    worked_over,
)
from tests.support.histories.grown_history import Grown, Planted, Tree, merge_trees

_FIRST_YEAR, _SUBFOLDER = 2024, "archive"


class Work:
    """What a deed has at hand: chance, the clock, and the past."""

    def __init__(self, grown: Grown, random: Random) -> None:
        self.grown, self.random = grown, random

    def pick(self, tree: Tree, condition: Callable[[Planted], bool] = lambda _: True) -> Planted:
        """Any file; StopDeed where there is none."""
        fitting = sorted((one for one in tree.values() if condition(one)), key=_in_order)
        if not fitting:
            raise _StopDeedError
        return self.random.choice(fitting)

    def fresh(self) -> Source:
        self.grown.identities += 1
        return fresh(self.grown.identities, self.random)

    def new_version(self, tree: Tree) -> str:
        """The next number, or the time: now, or (a late arrival) weeks ago."""
        taken = {one.number for one in tree.values()}
        if self.grown.legacy:
            return f"{max(taken, default=0) + 1:03}"
        hours = self.grown.clock * 24 + self.random.randrange(24)
        if self.random.random() < 0.15:
            hours = max(0, hours - self.random.randrange(1000))
        while int(stamp(hours)) in taken:
            hours += 1
        return stamp(hours)

    def past(self, wanted: Callable[[Planted], bool]) -> list[Planted]:
        """All files that ever were, latest first."""
        seen: dict[tuple[str, Source], Planted] = {}
        for commit in reversed(self.grown.commits):
            for one in commit.tree.values():
                if wanted(one):
                    seen.setdefault((one.path, one.source), one)
        return list(seen.values())


class _StopDeedError(Exception):
    """There is nothing here for this deed to act on."""


def stamp(hours: int) -> str:
    """Hours since the beginning as a timestamp of 14 digits."""
    days, hour = divmod(hours, 24)
    months, day = divmod(days, 28)
    years, month = divmod(months, 12)
    return f"{_FIRST_YEAR + years}{month + 1:02}{day + 1:02}{hour:02}0000"


def _in_order(one: Planted) -> tuple[int, str]:
    return one.number, one.path


def _put(tree: Tree, *new: Planted, gone: Iterable[Planted] = ()) -> Tree:
    """Take files away, then add others; None of the new may lie on one that stays."""
    left = {path: one for path, one in tree.items() if path not in {old.path for old in gone}}
    for one in new:
        if one.path in left:
            raise _StopDeedError
        left[one.path] = one
    return left


def _add(work: Work, tree: Tree) -> Tree:
    return _put(tree, Planted(work.new_version(tree), work.fresh()))


def _add_several(work: Work, tree: Tree) -> Tree:
    for _ in range(work.random.randint(2, 5)):
        tree = _add(work, tree)
    return tree


def _replace(tree: Tree, old: Planted, **changes: object) -> Tree:
    return _put(tree, replace(old, **changes), gone=[old])


def _touch_up(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    return _replace(tree, old, source=touched_up(old.source, work.random))


def _work_over(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    return _replace(tree, old, source=worked_over(old.source, work.random))


def _empty(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    return _replace(tree, old, source=emptied(old.source))


def _restyle(work: Work, tree: Tree) -> Tree:
    """A robot edits every file."""
    base = work.random.choice(["ActiveRecord::Migration", "ActiveRecord::Migration[7.1]"])
    magic = work.random.random() < 0.5
    return {
        path: replace(one, source=replace(one.source, base=base, magic=magic))
        for path, one in tree.items()
    }


def _renumber(work: Work, tree: Tree, edit: Callable[..., Source] | None = None) -> Tree:
    old = work.pick(tree)
    source = edit(old.source, work.random) if edit else old.source
    return _replace(tree, old, version=work.new_version(tree), source=source)


def _renumber_edited(work: Work, tree: Tree) -> Tree:
    return _renumber(work, tree, touched_up)


def _renumber_worked_over(work: Work, tree: Tree) -> Tree:
    return _renumber(work, tree, worked_over)


def _renumber_several(work: Work, tree: Tree) -> Tree:
    """As in the incident: a row of files gets new versions in one commit, edited or not."""
    files = sorted(tree.values(), key=_in_order)
    if len(files) < 2:
        raise _StopDeedError
    chosen = work.random.sample(files, work.random.randint(2, min(7, len(files))))
    left = _put(tree, gone=chosen)
    for old in chosen:
        edit = work.random.choice([lambda source, _: source, touched_up, worked_over])
        new = replace(
            old, version=work.new_version({**tree, **left}), source=edit(old.source, work.random)
        )
        left = _put(left, new)
    return left


def _other_slug(old: Planted, work: Work) -> str:
    said = work.random.choice(["really", "for_all", "again", "v2"])
    return f"{old.source.slug}_{said}"


def _rename_slug(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    return _replace(tree, old, source=replace(old.source, slug=_other_slug(old, work)))


def _rename_slug_edited(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    source = touched_up(replace(old.source, slug=_other_slug(old, work)), work.random)
    return _replace(tree, old, source=source)


def _rename_both(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    source = replace(old.source, slug=_other_slug(old, work))
    return _replace(tree, old, version=work.new_version(tree), source=source)


def _rename_both_edited(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    source = touched_up(replace(old.source, slug=_other_slug(old, work)), work.random)
    return _replace(tree, old, version=work.new_version(tree), source=source)


def _rename_beyond_recognition(work: Work, tree: Tree) -> Tree:
    """Other version, other name, most of the text new: git has nothing to go by."""
    old = work.pick(tree)
    source = worked_over(replace(old.source, slug=_other_slug(old, work)), work.random)
    return _replace(tree, old, version=work.new_version(tree), source=source)


def _swap(work: Work, tree: Tree) -> Tree:
    one = work.pick(tree)
    other = work.pick(tree, lambda file: file.number != one.number)
    new = replace(one, version=other.version), replace(other, version=one.version)
    return _put(tree, *new, gone=[one, other])


def _shift(work: Work, tree: Tree) -> Tree:
    """From some file on, each takes the version of the next: no number goes missing."""
    files = sorted(tree.values(), key=_in_order)
    if len(files) < 2:
        raise _StopDeedError
    run = files[work.random.randrange(len(files) - 1) :]
    run = run[: work.random.randint(2, 8)]
    after = [one.version for one in run[1:]]
    last = work.new_version(tree) if run[-1] is files[-1] else None
    if last is None:
        run = run[:-1]
        tree = _put(tree, gone=[files[files.index(run[-1]) + 1]])
    versions = [*after[: len(run)], *([last] if last else [])][: len(run)]
    new = [replace(one, version=version) for one, version in zip(run, versions, strict=True)]
    return _put(tree, *new, gone=run)


def _insert(work: Work, tree: Tree) -> Tree:
    """A fresh migration takes a version, and the one that had it moves on to a new one."""
    old = work.pick(tree)
    moved = replace(old, version=work.new_version(tree))
    return _put(tree, moved, Planted(old.version, work.fresh()), gone=[old])


def _delete(work: Work, tree: Tree) -> Tree:
    return _put(tree, gone=[work.pick(tree)])


def _replace_by_other(work: Work, tree: Tree) -> Tree:
    """Delete one and add another that may well look like it, in one commit."""
    return _put(tree, Planted(work.new_version(tree), work.fresh()), gone=[work.pick(tree)])


def _take_over(work: Work, tree: Tree) -> Tree:
    """The same, under the same version: what ran is gone, and another answers to its number."""
    old = work.pick(tree)
    return _put(tree, Planted(old.version, work.fresh()), gone=[old])


def _take_back(work: Work, tree: Tree) -> Tree:
    """Delete a migration and add its inverse."""
    old = work.pick(tree)
    opposite = inverse(old.source)
    if opposite is None:
        raise _StopDeedError
    return _put(tree, Planted(work.new_version(tree), opposite), gone=[old])


def _take_back_beside(work: Work, tree: Tree) -> Tree:
    """Add a migration's inverse, and keep both: what it made is gone, and its row is there."""
    alive = {one.source.identity for one in tree.values()}
    old = work.pick(tree, lambda one: -one.source.identity not in alive)
    opposite = inverse(old.source)
    if opposite is None:
        raise _StopDeedError
    return _put(tree, Planted(work.new_version(tree), opposite))


def _go_behind(work: Work, tree: Tree) -> Tree:
    """A migration is renumbered behind the one that takes it back."""
    alive = {one.source.identity for one in tree.values()}
    old = work.pick(tree, lambda one: -one.source.identity in alive and one.source.identity > 0)
    return _replace(tree, old, version=work.new_version(tree))


def _replace_under_one_name(work: Work, tree: Tree) -> Tree:
    """Delete one, and another takes its name under a new version, in one commit."""
    old = work.pick(tree)
    source = replace(work.fresh(), slug=old.source.slug)
    return _put(tree, Planted(work.new_version(tree), source), gone=[old])


def _rework(work: Work, tree: Tree) -> Tree:
    """A table's migration gets a new version, other columns, and a name with a letter more."""
    old = work.pick(tree, lambda one: one.source.table is not None)
    source = reworked(old.source, work.random)
    if source is None:
        raise _StopDeedError
    return _replace(tree, old, version=work.new_version(tree), source=source)


def _gone_ones(work: Work, tree: Tree) -> Planted:
    alive = {one.source.identity for one in tree.values()}
    gone = work.past(lambda one: one.source.identity not in alive)
    if not gone:
        raise _StopDeedError
    return work.random.choice(gone)


def _restore(work: Work, tree: Tree) -> Tree:
    old = _gone_ones(work, tree)
    return _put(tree, old)


def _restore_renumbered(work: Work, tree: Tree) -> Tree:
    old = _gone_ones(work, tree)
    return _put(tree, replace(old, version=work.new_version(tree)))


def _take_old_version(work: Work, tree: Tree) -> Tree:
    """A fresh migration under a version that another one had long ago."""
    taken = {one.number for one in tree.values()}
    free = work.past(lambda one: one.number not in taken)
    if not free:
        raise _StopDeedError
    return _put(tree, Planted(work.random.choice(free).version, work.fresh()))


def _take_old_slug(work: Work, tree: Tree) -> Tree:
    """A fresh migration under a name that another one had before it was deleted."""
    source = replace(work.fresh(), slug=_gone_ones(work, tree).source.slug)
    new = Planted(work.new_version(tree), source)
    if work.past(lambda one: one.path == new.path):
        raise _StopDeedError
    return _put(tree, new)


def _copy(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    slug = work.random.choice([old.source.slug, _other_slug(old, work)])
    return _put(tree, Planted(work.new_version(tree), replace(old.source, slug=slug)))


def _move(work: Work, tree: Tree) -> Tree:
    old = work.pick(tree)
    return _replace(tree, old, subfolder="" if old.subfolder else _SUBFOLDER)


def _move_all(work: Work, tree: Tree) -> Tree:
    """Older files go into a sub-folder."""
    files = sorted(tree.values(), key=_in_order)
    run = [one for one in files[: work.random.randint(1, 9)] if not one.subfolder]
    return _put(tree, *(replace(one, subfolder=_SUBFOLDER) for one in run), gone=run)


def _go_back(work: Work, tree: Tree) -> Tree:
    """A file gets a name again that it had before."""
    now = work.pick(tree)
    names = work.past(
        lambda one: one.source.identity == now.source.identity and one.path != now.path
    )
    if not names:
        raise _StopDeedError
    then = work.random.choice(names)
    source = replace(now.source, slug=then.source.slug)
    return _put(tree, Planted(then.version, source, then.subfolder), gone=[now])


def _double(work: Work, tree: Tree) -> Tree:
    """A second file under a version that is taken."""
    return _put(tree, Planted(work.pick(tree).version, work.fresh()))


def _settle_doubles(work: Work, tree: Tree) -> Tree:
    counts: dict[int, int] = {}
    for one in tree.values():
        counts[one.number] = counts.get(one.number, 0) + 1
    old = work.pick(tree, lambda one: counts[one.number] > 1)
    return _replace(tree, old, version=work.new_version(tree))


def _cherry_pick(work: Work, tree: Tree) -> Tree:
    """A file from another branch comes over as it is, or under a new version."""
    others = [tip for name, tip in sorted(work.grown.branches.items()) if name != work.grown.here]
    if not others:
        raise _StopDeedError
    theirs = work.grown.commits[work.random.choice(others)].tree
    here = {one.source.identity for one in tree.values()}
    one = work.pick(theirs, lambda file: file.source.identity not in here)
    new = replace(one, version=work.new_version(tree)) if work.random.random() < 0.3 else one
    return _put(tree, new)


def _revert(work: Work, tree: Tree) -> Tree:
    """Undo an earlier commit of this branch, as far as its files are still as it left them."""
    line = work.grown.first_parents(work.grown.branches[work.grown.here])[1:]
    if not line:
        raise _StopDeedError
    undone = work.grown.commits[work.random.choice(line)]
    before = work.grown.commits[undone.parents[0]].tree
    return merge_trees(undone.tree, tree, before)


def _elsewhere(_: Work, tree: Tree) -> Tree:
    """A commit that does not touch the folder."""
    return tree


WEIGHTED: Sequence[tuple[int, Callable[[Work, Tree], Tree]]] = (
    (8, _add),
    (4, _add_several),
    (3, _touch_up),
    (2, _work_over),
    (1, _empty),
    (1, _restyle),
    (4, _renumber),
    (3, _renumber_edited),
    (3, _renumber_worked_over),
    (3, _renumber_several),
    (2, _rename_slug),
    (2, _rename_slug_edited),
    (2, _rename_both),
    (2, _rename_both_edited),
    (1, _rename_beyond_recognition),
    (2, _swap),
    (2, _shift),
    (2, _insert),
    (2, _delete),
    (3, _replace_by_other),
    (2, _take_over),
    (2, _take_back),
    (1, _restore),
    (2, _take_back_beside),
    (2, _go_behind),
    (2, _replace_under_one_name),
    (2, _rework),
    (2, _restore_renumbered),
    (1, _take_old_version),
    (1, _take_old_slug),
    (2, _copy),
    (1, _move),
    (1, _move_all),
    (2, _go_back),
    (1, _double),
    (2, _settle_doubles),
    (1, _cherry_pick),
    (1, _revert),
    (1, _elsewhere),
)


def _guarded(deed: Callable[[Work, Tree], Tree]) -> Callable[[Work, Tree], Tree | None]:
    def attempt(work: Work, tree: Tree) -> Tree | None:
        try:
            return deed(work, tree)
        except _StopDeedError:
            return None

    return attempt


BY_NAME: Mapping[str, Callable[[Work, Tree], Tree | None]] = {
    deed.__name__.strip("_"): _guarded(deed) for _, deed in WEIGHTED
}
