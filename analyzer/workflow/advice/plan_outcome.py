"""What a plan for all environments comes to in each: its steps are carried out in memory.

A plan that says to deploy must leave no environment where the next migrate stops. Where one
would, the file that stops it gets a later version, so that it runs behind what it needs: one just
behind what ran anywhere, so that no pending migration comes late, or else the last of all. What
that does to every environment is predicted as well, and where the file ran its row follows.
"""

from collections.abc import Sequence
from functools import partial

from analyzer.analysis.advice.file_steps import placed
from analyzer.analysis.diagnosis.findings.next_migrate import FAILS
from analyzer.analysis.diagnosis.findings.pending_files import IF_NEVER_RAN
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.joint_choice import JointChoice
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace
from analyzer.workflow.advice.after_plan import AfterPlan, Moves, follow_up_of, judge_of
from analyzer.workflow.advice.moving_step import moving_step
from analyzer.workflow.advice.plan_moves import moves_that_repair
from analyzer.workflow.forecast.other_databases import ALONE, behind
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.repair_paths import draft_of
from analyzer.workflow.walk import Walk

_ONE_BY_ONE = frozenset({PathStage.SINGLE, PathStage.KEEP, PathStage.OTHERS})
_LATER = "rows are to be rewritten first; diagnose again once these steps are done"


class PlanOutcome(Struct, frozen=True):
    """What a plan is to do besides the repairs, so that it leaves no environment broken.

    ``ahead`` comes before all repairs; ``ran`` has the steps by environment for rows of files that
    it moves; ``whole`` are the environments that it mends, and ``holds`` says of the others why
    they stop. ``early`` puts the follow-up before what needs it, instead of behind all others.
    """

    ahead: PathSteps = ()
    ran: tuple[tuple[str, PathSteps], ...] = ()
    whole: frozenset[str] = frozenset()
    holds: PathSteps = ()
    early: PathStep | None = None


def outcome_of(
    joint: JointChoice, walks: Sequence[Walk], paths: Sequence[PathSteps] = ()
) -> PlanOutcome:
    """Carry out the plan for all environments, and mend what still stops one of them.

    Args: paths: those of the environments, whose steps for single files reach all that share them.
    """
    singles = _singles(paths)
    drafting = follow_up_of(joint, walks)
    follow_up = drafting[1] if drafting is not None else None
    sides = [AfterPlan(done, joint, walks, singles, follow_up) for done in walks]
    early = _placed_early(*drafting) if drafting is not None else None
    stopped = [side for side in sides if not side.goes_on]
    if not stopped:
        return PlanOutcome(early=early)
    later = any(side.follows for side in stopped)
    moves, why = ((), _LATER) if later else moves_that_repair(sides, joint)
    if why:
        return PlanOutcome(holds=tuple(side.hold(why) for side in stopped), early=early)
    first = moving_step(moves, _because(sides, stopped, moves), walks[0])
    ran = tuple((side.name, side.rewriting(moves)) for side in sides if side.ran(moves))
    return PlanOutcome((first,), ran, frozenset(side.name for side in sides), early=early)


def _singles(paths: Sequence[PathSteps]) -> tuple[str, ...]:
    """The commands of steps that change single files, each once."""
    steps = (step for path in paths for step in path if step.stage in _ONE_BY_ONE)
    return tuple(dict.fromkeys(line for step in steps for line in step.commands))


def _placed_early(done: Walk, follow_up: FollowUp) -> PathStep:
    """The step that puts the follow-up before what needs it in any environment."""
    return placed(draft_of(done, follow_up), git_here(done))


def with_answer(finding: Finding, walks: Sequence[Walk]) -> Finding:
    """The finding with the answer to whether its file ran anywhere, as far as that was read."""
    if not walks[1:]:
        return finding
    path = finding.path or ""
    if ALONE in finding.fix:
        finding = _beside_others(finding, walks)
    before, asked, then = finding.fix.partition(IF_NEVER_RAN)
    if not asked:
        return finding
    ran = [
        done.report.environments[0].table.environment
        for done in walks
        if judge_of(done).check.has_run(path)
    ]
    unless, _, otherwise = then.partition("; otherwise ")
    if not ran:
        says = f"it ran on none of the environments that were read: {unless}"
    elif finding.code == FAILS.code:
        says = (
            f"it ran on {enumerated(ran)}, where it would run again under another version: "
            "see the steps for all environments"
        )
    else:
        says = f"it ran on {enumerated(ran)}: {otherwise or 'leave its name as it is'}"
    return replace(finding, fix=f"{before}{says}")


def _beside_others(finding: Finding, walks: Sequence[Walk]) -> Finding:
    """The finding as it is where another database that keeps up with the code was read as well."""
    environments = [done.report.environments[0] for done in walks]
    if all(behind(it.table, it.diagnosis) for it in environments):
        return finding
    told = (
        it
        for done in walks
        if finding.environment in {None, done.report.environments[0].table.environment}
        for it in judge_of(done).beside_others()
    )
    return next((it for it in told if (it.code, it.path) == (finding.code, finding.path)), finding)


def _because(sides: Sequence[AfterPlan], stopped: Sequence[AfterPlan], moves: Moves) -> str:
    names = enumerated([source.rpartition("/")[2] for source, _ in moves])
    says = f"On {enumerated([it.name for it in stopped])} the next {stopped[0].command} would "
    says += f"still stop: {stopped[0].because}. Put {names} behind what "
    says += "it needs" if not moves[1:] else "they need"
    ran = [side.name for side in sides if side.ran(moves)]
    if ran:
        says += f"; the row of {enumerated(ran)} is rewritten" if not ran[1:] else ""
        says += f"; the rows of {enumerated(ran)} are rewritten" if ran[1:] else ""
    return says


def without_repaired(paths: PathSteps, name: str, outcome: PlanOutcome) -> PathSteps:
    """A path without the stop that the outcome mends, or says in more words."""
    said = {step.environment for step in outcome.holds} | outcome.whole
    return tuple(it for it in paths if it.stage is not PathStage.HOLD or name not in said)


def with_rows(
    paths: Sequence[tuple[str, PathSteps]], outcome: PlanOutcome
) -> list[tuple[str, PathSteps]]:
    """Each environment's path, with the rewrite of rows that follow a moved file."""
    found = [
        (name, tuple(map(partial(_early, outcome), without_repaired(path, name, outcome))))
        for name, path in paths
    ]
    more = dict(outcome.ran)
    return [
        (name, path if name not in more or _rewrites(path) else (*path, *more[name]))
        for name, path in found
    ]


def _early(outcome: PlanOutcome, step: PathStep) -> PathStep:
    """A step, or the one that puts the follow-up at its place in the plan for all."""
    early = outcome.early
    if early is None or step.stage is not PathStage.FOLLOW_UP:
        return step
    return replace(early, way=step.way, environment=step.environment)


def _rewrites(path: PathSteps) -> bool:
    return any(it.stage is PathStage.APPLY and it.way is RepairKind.REWRITE for it in path)
