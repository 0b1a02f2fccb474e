"""One path for all environments."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.analysis.advice.deploy_step import named_holds
from analyzer.analysis.advice.path_commands import of_repository
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.plans.repair_path import THAT_DATABASE, PathStage, PathStep, PathSteps
from analyzer.model.words.wording import enumerated
from analyzer.records import replace

_LAST = {
    PathStage.OTHERS: 0,
    PathStage.MERGE: 1,
    PathStage.BRING: 1,
    PathStage.FOLLOW_UP: 1,
    PathStage.DEPLOY: 2,
    PathStage.HOLD: 2,
    PathStage.LOOK: 3,
}
"""What is done once for all environments, behind the repairs of each."""
_OF_ONE = frozenset({PathStage.BESIDE, PathStage.LOOK, PathStage.WAITING})
"""What has no place where all are looked at together."""


def plan_for_all(
    paths: Iterable[tuple[str, PathSteps]],
    joint: JointChoice,
    look: PathStep,
    migrate: str,
    unread: Sequence[str] = (),
    ahead: PathSteps = (),
    holds: PathSteps = (),
) -> PathSteps:
    """List what to do, in order; each step names the environment that it is about.

    Each environment is mended from its first step to its last before the next one, as a repair
    wants the folder as it is committed. Files are moved once, and one draft is written.

    Args:
        paths: by environment, the steps of its own repair.
        look: the diagnosis of all of them, which ends the path.
        migrate: the command that runs what is pending.
        unread: environments that could not be read: they may have diverged as well.
        ahead: what comes before the repair of any of them.
        holds: where the next migrate would stop even after all steps.
    """
    steps = [step for name, path in paths for step in _steps(name, path, joint)]
    early = [step for step in steps if step.stage not in _LAST]
    early.sort(key=lambda it: it.stage is not PathStage.LOST)
    late = sorted((it for it in steps if it.stage in _LAST), key=lambda it: _LAST[it.stage])
    ordered = [*_once(_one_draft((*ahead, *early, *named_holds(late))))]
    ordered += holds if ordered else ()
    ordered = [*read_first(unread), *ordered] if ordered else []
    return (*_one_deploy(ordered, migrate, unread), look) if ordered else ()


def _steps(name: str, path: PathSteps, joint: JointChoice) -> Iterator[PathStep]:
    moved_already = joint.way is JointWay.FILES and name not in joint.mend
    for step in path:
        if step.stage in _OF_ONE or (moved_already and step.way is not None):
            continue
        says = step.says.replace(THAT_DATABASE, name)
        repairs = step.stage is PathStage.APPLY and says == step.says
        if repairs and joint.way is JointWay.ROWS and joint.because:
            does = "write the SQL for" if " -o " in step.commands[0] else "rewrite"
            says = f"{joint.because[0]}; {does} the rows of {name}"
        shared = any(map(of_repository, step.commands))
        yield replace(step, says=says, environment=None if shared else name)


def _one_draft(steps: Iterable[PathStep]) -> Iterator[PathStep]:
    """Several would bring the same: the first is enough, and no file is written twice."""
    seen: set[PathStage] = set()
    for step in steps:
        if step.draft and step.stage in seen:
            continue
        seen |= {step.stage} if step.draft else set()
        yield step


def _once(steps: Iterable[PathStep]) -> Iterator[PathStep]:
    """Each command once: that of a fleet is right for all of its groups."""
    seen: dict[tuple[str, ...], PathStep] = {}
    for step in steps:
        seen.setdefault(step.commands or (step.says,), step)
    return iter(seen.values())


def _one_deploy(
    steps: Sequence[PathStep], migrate: str, unread: Sequence[str]
) -> Iterator[PathStep]:
    """One deploy reaches all of them, unless one must not migrate yet."""
    yield from (step for step in steps if step.stage is not PathStage.DEPLOY)
    if unread:
        yield held_for(unread)
    elif not any(step.stage is PathStage.HOLD for step in steps):
        says = f"Deploy, and run {migrate} on each of them: it runs what never ran there"
        yield PathStep(PathStage.DEPLOY, says)


def read_first(unread: Sequence[str]) -> Iterator[PathStep]:
    """What comes before all else where one of them could not be read."""
    if unread:
        says = f"Make {enumerated(unread)} readable first: what ran there may change these steps"
        yield PathStep(PathStage.HOLD, says, environment=unread[0])


def held_for(unread: Sequence[str]) -> PathStep:
    """No deploy while an environment that it reaches could not be read."""
    names = enumerated(unread)
    says = f"Do not deploy yet: {names} could not be read, and may have diverged too"
    return PathStep(PathStage.HOLD, says)
