"""The rest of the path from where a command stands; what was done is seen from the world."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from analyzer.analysis.advice.repair_path import Draft, committed, placed, with_singles
from analyzer.model.plans.journal import Repair
from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps, rest_after
from analyzer.model.plans.repair_result import RepairEnd, RepairResult
from analyzer.model.words.shell_word import shell_word
from analyzer.records import replace
from analyzer.workflow.advice.repair_paths import git_here, path_by
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk


def path_of(done: Walk, plan: FilePlan | RowPlan, request: Request | None = None) -> PathSteps:
    """All steps of a repair that was planned, whether it is the best way or another.

    Args: request: names the database in commands; None for the one that was walked.
    """
    told = done.report.environments[0].recommendations
    way = told.rows if isinstance(plan, RowPlan) else told.files
    last = (it for it in way.path if it.stage is PathStage.FOLLOW_UP)
    draft = next((Draft(it.draft, it.files[0]) for it in last), None)
    path = path_by(done, plan, way.migrate, draft, request)
    return with_singles(path, told.steps, git_here(done))


def rest_from(path: PathSteps, stage: PathStage | None) -> PathSteps:
    """What is left once a stage is done; a draft that does not lie there is still to be written.

    Args: stage: None where nothing was done yet.
    """
    left = path if stage is None else rest_after(path, stage)
    kept = [it for it in path if it.stage in (PathStage.SINGLE, PathStage.DRAFT) and it not in left]
    missing = [it for it in kept if it.stage is PathStage.SINGLE or not os.path.lexists(it.draft)]
    return (*missing, *(it for it in left if not _is_drafted(it)))


def _is_drafted(step: PathStep) -> bool:
    return step.stage is PathStage.DRAFT and os.path.lexists(step.draft)


def rest_of_repair(path: PathSteps, repair: Repair, git: str) -> PathSteps:
    """What is left once a repair is carried out; the journal keeps the draft of its follow-up."""
    left = rest_after(path, PathStage.APPLY)
    singles = (it for it in path if it.stage is PathStage.SINGLE)
    return (*singles, *(step for it in left for step in _after(it, repair, git)))


def _after(step: PathStep, repair: Repair, git: str) -> Iterator[PathStep]:
    part = repair.file_part
    if step.stage is PathStage.COMMIT and part is not None:
        step = replace(committed(PathStage.COMMIT, git, _message(step), part.paths), way=step.way)
        step = staged(step, git, Path(repair.repository.path))
    if step.stage is not PathStage.FOLLOW_UP or os.path.lexists(step.draft):
        yield step
    elif repair.follow_up is not None:  # nobody asked for a file
        yield placed(Draft(repair.follow_up.path, step.files[0]), git, kept=True)


def staged(step: PathStep, git: str, root: Path | None) -> PathStep:
    """A commit that takes in new files too; what went is committed by its name."""
    new = [it for it in step.files if root is not None and os.path.lexists(root / it)]
    add = f"{git} add -- {' '.join(map(shell_word, new))}"
    return replace(step, commands=(add, *step.commands)) if new else step


def _message(step: PathStep) -> str:
    words = shlex.split(step.commands[0])
    return words[words.index("-m") + 1]


def with_rest(
    ended: RepairEnd, done: Walk, plan: FilePlan | RowPlan, *, moved: bool = False
) -> RepairEnd:
    """The ending of a repair, with what is left to do if it was made.

    Args: moved: files changed with the rows, whether or not the plan of the rows names them.
    """
    if not isinstance(ended, RepairResult) or ended.repair is None:
        return ended
    if ended.outcome.ending is not Ending.DONE:
        return ended
    git = git_here(done)
    path = path_of(done, plan)
    part = ended.repair.file_part
    if moved and part is not None and not any(it.stage is PathStage.COMMIT for it in path):
        made = committed(PathStage.COMMIT, git, "Correct the versions of migrations", part.paths)
        path = with_singles((*path, made), (), git)
    return replace(ended, rest=rest_of_repair(path, ended.repair, git))
