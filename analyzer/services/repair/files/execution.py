"""Files get their old names: check, keep the way back, ask, run the very script, verify."""

import shlex
from pathlib import Path

from analyzer.errors import RepositoryError, UsageError
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.outcome import FORTH, Ending
from analyzer.model.plans.plan import FilePlan, ReplaceLine
from analyzer.model.plans.repair_journal import FilePart, Repair, RepairKind
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult
from analyzer.model.schema.measure import Check
from analyzer.model.words.wording import count
from analyzer.operations.repair import file_repair
from analyzer.operations.repair.journal_writing import discard_scripts, store_script
from analyzer.operations.repair.script_run import locked
from analyzer.records import Struct, replace
from analyzer.scripts.shell.move_script import render_moves
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.follow_up import keep_draft, tell_kept
from analyzer.services.repair.journal_entry import as_data, new_entry, new_id
from analyzer.services.repair.options import RenameBackOptions
from analyzer.services.repair.verification import check_migrations
from analyzer.sources.git.git import open_repository
from analyzer.sources.git.work_tree import list_changes
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import provenance
from analyzer.workflow.walk import Walk

_COMMAND = "rename-back --apply"
_SHOWN = 5  # of the files that stand in the way


class PlannedMoves(Struct, frozen=True):
    """A file plan on its way: the walk that it comes from, and what edits of these files hid.

    ``asked`` is what the command was asked for, which may be a fleet that this walk stands for.
    """

    done: Walk
    plan: FilePlan
    asked: Request
    hidden: FollowUp | None = None


def demand_work_tree(request: Request, options: RenameBackOptions, dialogue: Dialogue) -> Path:
    """Refuse early what can never be carried out; return the work tree's root.

    Raises:
        UsageError: a commit was named, or nobody could be asked.
        RepositoryError: the repository is bare.
    """
    if request.ref is not None:
        raise UsageError(
            "--apply moves files of the working tree, and --ref names a commit",
            why="the plan would be for files that may not be there",
            fix="leave out --ref, or check that commit out first",
        )
    if not options.dry_run:
        dialogue.demand_answer(_COMMAND)
    root = open_repository(request.repo).work_tree
    if root is None:
        raise RepositoryError(
            "this repository has no working tree, so there is no file to move",
            why="it is bare",
            fix="run it in a clone",
        )
    return root


def apply_moves(
    planned: PlannedMoves, root: Path, options: RenameBackOptions, dialogue: Dialogue
) -> RepairResult | DeclinedRepair:
    """Carry a file plan out in the work tree at ``root``.

    Raises:
        AnalyzerError: it cannot be carried out; nothing was changed.
    """
    if planned.plan.moves and not options.allow_dirty:
        demand_clean(planned.done, planned.hidden)
    repair = _entry(planned, root, options)
    if options.dry_run:
        with locked(root) as lock:
            outcome = file_repair.try_script(root, lock, repair.script)
        discard_scripts(repair.id)
        return RepairResult("rename-back --dry-run", outcome)
    way_back = ["sh", repair.way_back.path, str(root)]
    dialogue.tell(
        f"Script:   {repair.script.path}\nWay back: migdoctor undo {repair.id}\n"
        f"          or {shlex.join(way_back)}"
    )
    tell_kept(repair.follow_up, dialogue)
    if not dialogue.ask(capitalized(in_words(planned.plan, root)) + "?"):
        discard_scripts(repair.id)
        return DeclinedRepair()
    with locked(root) as lock:
        repair, outcome = file_repair.carry_out(root, lock, repair, course=FORTH, who=repair.who)
    ended = outcome.ending is Ending.DONE
    checks = (_checked(planned.asked),) if ended else ()
    return RepairResult(_COMMAND, outcome, checks, repair)


def _checked(asked: Request) -> Check:
    if not asked.is_fleet:
        return check_migrations(asked, rows_changed=False)
    from analyzer.services.fleets.rename_back import check_all  # only for a fleet

    return check_all(asked)


def in_words(plan: FilePlan, root: Path) -> str:
    """What a plan does to files."""
    changed = {line.path for line in plan.schema_lines}
    folders = {move.target.rpartition("/")[0] for move in plan.moves}
    others = any(path.rpartition("/")[0] in folders for path in changed)  # as they name the moved
    moves = f"move {count(len(plan.moves), 'file')}" if plan.moves else ""
    kind = "other file" if others else "schema file"
    also = f"change {count(len(changed), kind)}" if changed else ""
    return f"{' and '.join(filter(None, (moves, also)))} in {root}"


def capitalized(text: str) -> str:
    """With a capital first letter; the rest, which may hold names, stays."""
    return text[:1].upper() + text[1:]


def demand_clean(done: Walk, hidden: FollowUp | None = None) -> None:
    """Refuse to move files that are not as committed.

    Args: hidden: the follow-up, whose draft may have been put into the folder just now.

    Raises:
        RepositoryError: one of them was edited.
    """
    folders = done.report.repository.files.directories
    own = hidden.path if hidden is not None else None
    changed = [it for it in list_changes(done.inference.repository, folders) if it != own]
    if not changed:
        return
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    raise RepositoryError(
        f"{', '.join(folders)} is not as committed: {', '.join(changed[:_SHOWN])}{more}",
        why="if these files were moved, git could no longer show which changes are yours and "
        "which are the repair's",
        fix="commit or stash them first, or pass --allow-dirty",
    )


def _entry(planned: PlannedMoves, root: Path, options: RenameBackOptions) -> Repair:
    repair = new_id(planned.done.inference.request.now)
    part = file_part(planned.done, planned.plan, root, repair, git=options.git)
    scripts = part.script, part.way_back
    entry = new_entry(
        planned.done, repair, RepairKind.RENAME_BACK, planned.plan.steps, scripts, part.before
    )
    draft = keep_draft(planned.done, repair, planned.hidden)
    return replace(entry, files=part.paths, follow_up=draft)


def file_part(done: Walk, plan: FilePlan, root: Path, repair: str, *, git: bool) -> FilePart:
    """Keep a file plan's script and its way back, and what the files are before it."""
    touched = tuple(sorted(_touched(plan)))
    forth, back = (render_moves(each, provenance(done), git=git) for each in (plan, plan.inverse()))
    return FilePart(
        store_script(repair, "rename-back.sh", forth),
        store_script(repair, "undo.sh", back),
        touched,
        file_repair.files_print(root, touched),
        steps=as_data(plan.steps),
    )


def _touched(plan: FilePlan) -> set[str]:
    ends = {path for move in plan.moves for path in (move.source, move.target)}
    return ends | {step.path for step in plan.steps if isinstance(step, ReplaceLine)}
