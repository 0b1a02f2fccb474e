"""Cases for the laws: a random history, what production ran of it, and what the code is now."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from hypothesis import strategies

from analyzer.records import Struct, replace
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk, walk
from tests.laws.truth import Case
from tests.support.histories.grown_history import FOLDER, Grown
from tests.support.histories.random_history import DEEDS, Step, grow
from tests.support.histories.random_repository import build

_NOW = datetime(2040, 1, 1, tzinfo=UTC)  # later than all that the histories hold


class Plan(Struct, frozen=True):
    """All that a case is made of. ``noisy``: production's rows are not quite a commit's.

    ``aside``: the code is not on the main branch. ``choice`` seeds which commits are meant.
    """

    steps: Sequence[Step]
    legacy: bool
    choice: int
    noisy: bool
    aside: bool


_seeds = strategies.integers(0, 2**32)
_steps = strategies.builds(
    Step,
    deed=strategies.sampled_from(DEEDS),
    seed=_seeds,
    joined=strategies.sampled_from([False, False, False, True]),
)
plans = strategies.builds(
    Plan,
    steps=strategies.integers(4, 60).flatmap(
        lambda count: strategies.lists(_steps, min_size=count, max_size=count)
    ),
    legacy=strategies.booleans(),
    choice=_seeds,
    noisy=strategies.sampled_from([False, False, True]),
    aside=strategies.sampled_from([False, False, False, True]),
)


def stage(plan: Plan, folder: Path) -> Case | None:
    """Grow the history and build its repository; None where it holds nothing to deploy."""
    grown, random = grow(plan.steps, legacy=plan.legacy), Random(plan.choice)
    tips = sorted(set(grown.branches.values()))
    target = random.choice(tips) if plan.aside else grown.branches["main"]
    everywhere = range(len(grown.commits))
    near = grown.ancestors(target) if random.random() < 0.75 else everywhere
    fit = [commit for commit in sorted(near) if _runs(grown, commit)]
    if not fit or not grown.commits[target].tree:
        return None
    deployed = random.choice(fit)
    rows = {one.number for one in grown.commits[deployed].tree.values()}
    if plan.noisy:
        rows = _disturbed(rows, grown, random)
    ids = tuple(build(grown, folder))
    return Case(grown, ids, deployed, target, tuple(sorted(rows)), folder)


def _runs(grown: Grown, commit: int) -> bool:
    """Whether a framework would run a commit's migrations: no version is there twice."""
    numbers = [one.number for one in grown.commits[commit].tree.values()]
    return bool(numbers) and len(numbers) == len(set(numbers))


def _disturbed(rows: set[int], grown: Grown, random: Random) -> set[int]:
    """As production's rows are: a few never ran, one is from nowhere, one is a hotfix."""
    missing = random.sample(sorted(rows), min(len(rows) - 1, random.randint(0, 2)))
    found = rows - set(missing)
    if random.random() < 0.5:
        found.add(random.randint(2000, 90000))
    hotfixes = [one.number for one in random.choice(grown.commits).tree.values()]
    if hotfixes and random.random() < 0.5:
        found.add(random.choice(sorted(hotfixes)))
    return found


def first_parents_only(case: Case, folder: Path) -> Case | None:
    """The same states of the same branch without its merges; None if the deployed is not there."""
    line = case.grown.first_parents(case.target)
    if case.deployed not in line:
        return None
    commits = [
        replace(case.grown.commits[place], parents=(new - 1,) if new else ())
        for new, place in enumerate(line)
    ]
    grown = Grown(commits, {"main": len(line) - 1})
    ids = tuple(build(grown, folder))
    return Case(grown, ids, line.index(case.deployed), len(line) - 1, case.rows, folder)


def diagnosed(case: Case, rows: Iterable[int], deployed: str | None = None) -> Walk:
    """Walk over a case with its rows in the order given."""
    listed = case.repository.with_suffix(".rows")
    listed.write_text("".join(f"{row}\n" for row in rows))
    request = Request(
        now=_NOW,
        repo=str(case.repository),
        ref=case.ids[case.target],
        directories=(FOLDER,),
        deployed=deployed,
        rows=str(listed),
        cache=False,
    )
    return walk(request)
