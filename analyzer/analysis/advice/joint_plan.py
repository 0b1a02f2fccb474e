"""One ordered plan for all environments."""

from collections.abc import Iterator, Sequence

from analyzer.model.findings.advice import Advice, PlanStep, RecoveryOption
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.records import replace

_LOOK, _COMMIT = "migdoctor diagnose", "git commit"


def plan_for_all(advices: Sequence[Advice], joint: JointChoice, look: str) -> tuple[PlanStep, ...]:
    """List what to do, in order; each step names the environment that it is about.

    Files that several environments wait for are moved once, and the other changes of files come
    when all repairs are done: these want the folder as it is committed.

    Args:
        joint: the way that was chosen for all.
        look: the command that diagnoses all of them, which ends the plan.
    """
    steps = [step for advice in advices for step in _steps(advice, joint)]
    late = [step for step in steps if step.of_all and not step.command.startswith(_COMMIT)]
    early = [step for step in steps if step not in late]
    ordered = list({(step.environment, step.command): step for step in (*early, *late)}.values())
    if ordered:
        ordered.append(PlanStep(look, "it says of each what is left, and whether to deploy"))
    return tuple(ordered)


def _steps(advice: Advice, joint: JointChoice) -> Iterator[PlanStep]:
    name, best = advice.situation.environment, advice.best
    moves = best is not None and best.way is RecoveryOption.RENAME_BACK
    if moves and joint.way is JointWay.FILES and name not in joint.mend:
        return  # the files that it waits for are moved for another one
    mends = set(best.commands) if best is not None else set()
    for step in advice.plan:
        if step.command.startswith(_LOOK):
            continue
        because = step.because
        if step.command in mends and joint.way is JointWay.ROWS and joint.because:
            because = f"{joint.because[0]}; rewrite the rows of {name}, then deploy"
        yield replace(step, because=because, environment=None if step.of_all else name)
