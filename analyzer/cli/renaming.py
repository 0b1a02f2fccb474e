"""``rename-back --apply``: check, keep the way back, ask, run the very script, verify."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from analyzer.cli.consent import ask, demand_consent_is_possible, new_id
from analyzer.cli.console import say
from analyzer.cli.entry import Manner, new_entry
from analyzer.cli.verdict import check_migrations, conclude
from analyzer.errors import RepositoryError, UsageError
from analyzer.model.journal import Repair, RepairKind
from analyzer.model.outcome import FORTH, Ending
from analyzer.model.plan import FilePlan, ReplaceLine
from analyzer.operations import file_repair
from analyzer.operations.journal import discard_scripts, store_script
from analyzer.operations.script_run import locked
from analyzer.scripts.shell import render_moves
from analyzer.sources.git import open_repository
from analyzer.sources.work_tree import list_changes
from analyzer.workflow.repairs import provenance
from analyzer.workflow.request import Request
from analyzer.workflow.walk import Walk

_COMMAND = "rename-back --apply"
_SHOWN = 5  # of the files that stand in the way


@dataclass(frozen=True, slots=True)
class RenameWish:
    """The options of ``rename-back`` that say how it is carried out."""

    git: bool
    allow_dirty: bool
    manner: Manner


def demand_work_tree(request: Request, wish: RenameWish) -> Path:
    """Refuse early what can never be carried out; return the work tree's root.

    Raises:
        UsageError: a commit was named, or nobody could be asked.
        RepositoryError: the repository is bare.
    """
    if request.ref is not None:
        raise UsageError(
            "--apply moves files of the working tree, and --ref names a commit",
            why="the plan would be for files that may not lie there",
            fix="leave out --ref, or check that commit out first",
        )
    if not wish.manner.dry_run:
        demand_consent_is_possible(_COMMAND, yes=wish.manner.yes)
    root = open_repository(request.repo).work_tree
    if root is None:
        raise RepositoryError(
            "this repository has no working tree, so there is no file to move",
            why="it is bare",
            fix="run it in a clone",
        )
    return root


def apply_moves(
    request: Request,
    done: Walk,
    plan: FilePlan,
    root: Path,
    wish: RenameWish,
    *,
    verify: bool = True,
) -> int:
    """Carry a file plan out; return the exit status. ``verify`` diagnoses again at the end.

    Raises:
        AnalyzerError: it cannot be carried out; nothing was changed.
    """
    if plan.moves and not wish.allow_dirty:
        _demand_clean(done)
    repair = _entry(done, plan, root, wish)
    if wish.manner.dry_run:
        with locked(root) as lock:
            outcome = file_repair.try_script(root, lock, repair.script)
        discard_scripts(repair.id)
        return conclude("rename-back --dry-run", outcome, (), None, wish.manner)
    way_back = ["sh", repair.way_back.path, str(root)]
    say(f"Script:   {repair.script.path}\nWay back: migdoctor undo {repair.id}\n"
        f"          or {shlex.join(way_back)}")  # fmt: skip
    if not ask(_question(plan, root), yes=wish.manner.yes):
        discard_scripts(repair.id)
        return 1
    with locked(root) as lock:
        repair, outcome = file_repair.carry_out(root, lock, repair, course=FORTH, who=repair.who)
    done_at_all = verify and outcome.ending is Ending.DONE
    checks = (check_migrations(request, rows_changed=False),) if done_at_all else ()
    return conclude(_COMMAND, outcome, checks, repair, wish.manner)


def _question(plan: FilePlan, root: Path) -> str:
    changed = len({line.path for line in plan.schema_lines})
    also = f"{changed} schema file{'s' if changed > 1 else ''}"
    if not plan.moves:
        return f"Change {also} in {root}?"
    moves = f"Move {len(plan.moves)} file{'s' if len(plan.moves) > 1 else ''}"
    return f"{moves}{f' and change {also}' if changed else ''} in {root}?"


def _demand_clean(done: Walk) -> None:
    folders = done.report.repository.files.directories
    changed = list_changes(done.inference.repository, folders)
    if not changed:
        return
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    raise RepositoryError(
        f"{', '.join(folders)} is not as committed: {', '.join(changed[:_SHOWN])}{more}",
        why="were these files moved, git could no longer show what was yours and what was the "
        "repair's",
        fix="commit or stash them first, or pass --allow-dirty",
    )


def _entry(done: Walk, plan: FilePlan, root: Path, wish: RenameWish) -> Repair:
    repair = new_id(done.inference.request.now)
    touched = tuple(sorted(_touched(plan)))
    forth, back = (
        render_moves(each, provenance(done), git=wish.git) for each in (plan, plan.inverse())
    )
    return new_entry(
        done,
        repair,
        RepairKind.RENAME_BACK,
        plan.steps,
        scripts=(
            store_script(repair, "rename-back.sh", forth),
            store_script(repair, "undo.sh", back),
        ),
        before=file_repair.files_print(root, touched),
        files=touched,
    )


def _touched(plan: FilePlan) -> set[str]:
    ends = {path for move in plan.moves for path in (move.source, move.target)}
    return ends | {step.path for step in plan.steps if isinstance(step, ReplaceLine)}
