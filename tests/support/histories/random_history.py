"""Random histories of a migration folder, whose truth is known: what each file really is.

A history is grown from a list of steps. Each carries its own seed and does what it can with the
files it finds, so that any part of the list is a history too, and hypothesis can shrink it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random

from analyzer.records import Struct, replace
from tests.support.histories.grown_history import Grown, GrownCommit, Tree, merge_trees
from tests.support.histories.random_deeds import BY_NAME, WEIGHTED, Work


class Step(Struct, frozen=True):
    """One thing that people do. ``joined``: in the same commit as the step before."""

    deed: str
    seed: int
    joined: bool = False


def grow(steps: Iterable[Step], *, legacy: bool) -> Grown:
    """Grow a history, step by step."""
    grown = Grown(legacy=legacy)
    _commit(grown, {}, (), ("begin",))
    for step in steps:
        random = Random(step.seed)
        if step.deed in _BRANCHING:
            _BRANCHING[step.deed](grown, random)
            continue
        changed = BY_NAME[step.deed](Work(grown, random), dict(grown.tree))
        if changed is None or (changed == grown.tree and step.deed != "elsewhere"):
            continue
        _record(grown, changed, step)
    return grown


def _record(grown: Grown, tree: Tree, step: Step) -> None:
    tip = grown.branches[grown.here]
    newest = tip == len(grown.commits) - 1
    alone = sum(place == tip for place in grown.branches.values()) == 1
    if step.joined and newest and alone and tip > 0:
        last = grown.commits[tip]
        grown.commits[tip] = replace(last, tree=tree, deeds=(*last.deeds, step.deed))
        return
    _commit(grown, tree, (tip,), (step.deed,))


def _commit(grown: Grown, tree: Tree, parents: tuple[int, ...], deeds: tuple[str, ...]) -> None:
    grown.commits.append(GrownCommit(parents, tree, deeds))
    grown.branches[grown.here] = len(grown.commits) - 1
    grown.clock += 1


def _branch(grown: Grown, random: Random) -> None:
    """Begin a branch, here or a little way back, and go on there."""
    line = grown.first_parents(grown.branches[grown.here])
    start = random.choice(line[-6:])
    name = f"side{len(grown.commits)}"
    if name not in grown.branches:
        grown.branches[name] = start
        grown.here = name


def _switch(grown: Grown, random: Random) -> None:
    grown.here = random.choice(sorted(grown.branches))


def _merge(grown: Grown, random: Random) -> None:
    """Merge another branch into this one or, more often, this one into main; renames inside too."""
    source, into = grown.here, "main"
    if source == "main" or random.random() < 0.2:
        others = sorted(set(grown.branches) - {grown.here})
        if not others:
            return
        source, into = random.choice(others), grown.here
    ours, theirs = grown.branches[into], grown.branches[source]
    if theirs in grown.ancestors(ours):
        return
    common = grown.ancestors(ours) & grown.ancestors(theirs)
    trees = [grown.commits[place].tree for place in (max(common), ours, theirs)]
    tree = merge_trees(trees[0], trees[1], trees[2])
    grown.here = into
    deeds = ("merge",)
    if random.random() < 0.25:  # what a merge that is not clean may hide
        deed = random.choice(["renumber", "settle_doubles", "renumber_edited", "delete"])
        changed = BY_NAME[deed](Work(grown, random), dict(tree))
        tree, deeds = (changed, ("merge", deed)) if changed is not None else (tree, deeds)
    _commit(grown, tree, (ours, theirs), deeds)
    if source != "main" and random.random() < 0.6:
        del grown.branches[source]


def _drop(grown: Grown, random: Random) -> None:
    """Delete a branch, merged or not: what only it had is gone for good."""
    others = sorted(set(grown.branches) - {"main"})
    if others:
        del grown.branches[random.choice(others)]
        grown.here = grown.here if grown.here in grown.branches else "main"


_BRANCHING: Mapping[str, Callable[[Grown, Random], None]] = {
    "branch": _branch,
    "switch": _switch,
    "merge": _merge,
    "drop": _drop,
}

DEEDS: Sequence[str] = (
    *(deed.__name__.strip("_") for weight, deed in WEIGHTED for _ in range(weight)),
    *["branch"] * 4,
    *["switch"] * 2,
    *["merge"] * 5,
    "drop",
)
"""The names of all that can happen, each as often as it is likely."""
