"""The rest of the path from where a command stands; what was done is seen from the world."""

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyzer.analysis.advice.file_steps import committed, copied
from analyzer.analysis.advice.path_commands import of_repository
from analyzer.analysis.advice.repair_path import with_singles
from analyzer.model.plans.hand_script import HandScript
from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.model.plans.repair_journal import Repair, RepairKind
from analyzer.model.plans.repair_path import (
    PathStage,
    PathStep,
    PathSteps,
    commands_of,
    rest_after,
    written,
)
from analyzer.model.plans.repair_result import RepairEnd, RepairResult
from analyzer.model.words.wording import enumerated
from analyzer.records import replace
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.repair_paths import draft_at, path_by
from analyzer.workflow.next_steps.trials import rows_tell
from analyzer.workflow.next_steps.typed_commands import naming_for
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk

_STILL = frozenset({PathStage.PREPARE, PathStage.LOST, PathStage.SINGLE, PathStage.DRAFT})
"""What is still to be done further along, where it was not."""


def path_of(
    done: Walk,
    plan: FilePlan | RowPlan,
    request: Request | None = None,
    beside: FilePlan | None = None,
    script: HandScript | None = None,
) -> PathSteps:
    """All steps of a repair that was planned, whether it is the best way or another.

    Args:
        request: names the database in commands; None for the one that was walked.
        beside: the files that change with rows.
        script: what holds it, for whoever asked for a script; None where nobody did.
    """
    told = done.report.environments[0].next_steps
    way = told.rows if isinstance(plan, RowPlan) else told.files
    last = (it for it in way.path if it.stage is PathStage.FOLLOW_UP)
    draft = next((draft_at(done, it.draft, it.files[0]) for it in last), None)
    found = done.recommender.follow_up if draft is not None and done.recommender else None
    if draft is not None and found is not None:
        draft = replace(draft, rows_tell=rows_tell(done, found))
    by_person = next((it for it in way.path if it.stage is PathStage.BRING), None)
    migrate, steps = way.migrate, told.steps
    if beside is not None and isinstance(plan, RowPlan) and done.recommender is not None:
        check = done.recommender.check
        migrate = check.judge(check.both(plan, beside)).migrate
        steps = tuple(it for it in steps if not of_repository(it.command or ""))
    path = path_by(done, plan, migrate, by_person or draft, request, beside, script)
    whole = with_singles(path, steps, git_here(done))
    return (*_prepared(request or done.inference.request, whole), *whole)


def _prepared(request: Request, path: PathSteps) -> PathSteps:
    """The variable that commands of a path need, where their address leaves the password out."""
    note = naming_for(request, (line for _, line in commands_of(path))).note
    return (PathStep(PathStage.PREPARE, note.rstrip(".")),) if note and path else ()


def rest_from(path: PathSteps, stage: PathStage | None) -> PathSteps:
    """What is left once a stage is done; a draft that does not lie there is still to be written.

    Args: stage: None where nothing was done yet.
    """
    left = path if stage is None else rest_after(path, stage)
    kept = [it for it in path if it.stage in _STILL and it not in left]
    missing = [it for it in kept if not _is_drafted(it)]
    return (*missing, *(it for it in left if not _is_drafted(it)))


def _is_drafted(step: PathStep) -> bool:
    return step.stage is PathStage.DRAFT and os.path.lexists(step.draft)


def rest_of_script(
    path: PathSteps, git: str, added: Sequence[str] = (), script: HandScript | None = None
) -> str:
    """What a script says that has made the repair: what is left to do.

    Args: added: files that it moves without telling git.  script: itself, if its file is known.
    """
    left = rest_after(path, PathStage.APPLY)
    if any(it.stage is PathStage.APPLY and it.way is RepairKind.RENAME_BACK for it in path):
        left = (*map(unless_done, undrafted(path, script)), *left)
    commit = PathStage.COMMIT
    return written(tuple(_scripted(it, git, added) if it.stage is commit else it for it in left))


def unless_done(step: PathStep) -> PathStep:
    """A step that may have been taken between the writing of a script and its run."""
    return replace(step, says=f"Unless that is done, {step.says[:1].lower()}{step.says[1:]}")


def _scripted(step: PathStep, git: str, added: Sequence[str]) -> PathStep:
    """The commit after a script; one that changes rows, and does not know its name, says how."""
    if step.way is RepairKind.REWRITE and step.commands[0].startswith((f"{git} add", f"{git} com")):
        by = "by the patch in this file (git apply), or the script of --format sh; then commit them"
        return replace(step, says=f"Bring {enumerated(step.files)} in line, {by}")
    return committed(step.stage, git, _message(step), step.files, added) if added else step


def undrafted(path: PathSteps, script: HandScript | None = None) -> PathSteps:
    """The draft that a path asks for, if it does not lie there yet.

    Args: script: the one that says so, which is not to be written anew meanwhile.
    """
    drafts = (it for it in path if it.stage is PathStage.DRAFT and not _is_drafted(it))
    return tuple(_alone(it, script) if script is not None else it for it in drafts)


def _alone(step: PathStep, script: HandScript) -> PathStep:
    lines = (line.replace(f" {script.options}", "", 1) for line in step.commands)
    return replace(step, commands=tuple(lines))


def rest_of_repair(path: PathSteps, repair: Repair, git: str, *, staged_by_git: bool) -> PathSteps:
    """What is left once a repair is carried out; the journal keeps the draft of its follow-up.

    Args: staged_by_git: whether git knows of files that were moved.
    """
    left = rest_after(path, PathStage.APPLY)
    still = _STILL - {PathStage.DRAFT}
    singles = (it for it in path if it.stage in still)
    known = repair.file_part is None and (
        staged_by_git or repair.kind is not RepairKind.RENAME_BACK
    )
    return (*singles, *(step for it in left for step in _after(it, repair, git, known=known)))


def _after(step: PathStep, repair: Repair, git: str, *, known: bool) -> Iterator[PathStep]:
    """A step once a repair is made. Args: known: whether git knows of all that it changed."""
    part = repair.file_part
    if step.stage is PathStage.COMMIT and not known:
        files = part.paths if part is not None else step.files
        made = staged(replace(step, files=files), git, Path(repair.repository.path))
        step = replace(made, way=step.way)
    if step.stage is not PathStage.FOLLOW_UP or os.path.lexists(step.draft):
        yield step
    elif repair.follow_up is not None:  # nobody asked for a file
        yield copied(step, repair.follow_up.path)


def staged(step: PathStep, git: str, root: Path | None) -> PathStep:
    """A commit that takes in new files too; what went is committed by its name."""
    new = [it for it in step.files if root is not None and os.path.lexists(root / it)]
    return committed(step.stage, git, _message(step), step.files, new)


def _message(step: PathStep) -> str:
    words = shlex.split(step.commands[-1])
    return words[words.index("-m") + 1]


def with_rest(
    ended: RepairEnd, path: PathSteps, git: str, *, staged_by_git: bool = False
) -> RepairEnd:
    """The ending of a repair, with what is left to do of its path if it was made."""
    if not isinstance(ended, RepairResult) or ended.repair is None:
        return ended
    if ended.outcome.ending is not Ending.DONE:
        return ended
    return replace(ended, rest=rest_of_repair(path, ended.repair, git, staged_by_git=staged_by_git))
