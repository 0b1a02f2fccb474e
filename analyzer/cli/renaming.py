"""``rename-back --apply``: check, keep the way back, ask, run the very script, verify."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from analyzer.cli.consent import ask, demand_consent_is_possible
from analyzer.cli.console import say
from analyzer.cli.entry import TOOL, Manner, as_data, new_entry, new_id
from analyzer.cli.verdict import check_migrations, conclude
from analyzer.errors import RepositoryError, UsageError
from analyzer.model.core.wording import count
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.journal import FilePart, Repair, RepairKind, StoredScript
from analyzer.model.plans.outcome import FORTH, Ending
from analyzer.model.plans.plan import FilePlan, ReplaceLine
from analyzer.operations.repair import file_repair
from analyzer.operations.repair.journal import discard_scripts, store_script
from analyzer.operations.repair.script_run import locked
from analyzer.scripts.shell.shell import render_moves
from analyzer.sources.git.git import open_repository
from analyzer.sources.git.work_tree import list_changes
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import provenance
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
    hidden: FollowUp | None = None,
) -> int:
    """Carry a file plan out; return the exit status. ``hidden`` is kept with it as a draft.

    Raises:
        AnalyzerError: it cannot be carried out; nothing was changed.
    """
    if plan.moves and not wish.allow_dirty:
        demand_clean(done)
    repair = _entry(done, plan, root, wish, hidden)
    if wish.manner.dry_run:
        with locked(root) as lock:
            outcome = file_repair.try_script(root, lock, repair.script)
        discard_scripts(repair.id)
        return conclude("rename-back --dry-run", outcome, (), None, wish.manner)
    way_back = ["sh", repair.way_back.path, str(root)]
    say(f"Script:   {repair.script.path}\nWay back: migdoctor undo {repair.id}\n"
        f"          or {shlex.join(way_back)}")  # fmt: skip
    say_kept(repair.follow_up)
    if not ask(capitalized(in_words(plan, root)) + "?", yes=wish.manner.yes):
        discard_scripts(repair.id)
        return 1
    with locked(root) as lock:
        repair, outcome = file_repair.carry_out(root, lock, repair, course=FORTH, who=repair.who)
    ended = outcome.ending is Ending.DONE
    checks = (check_migrations(request, rows_changed=False),) if ended else ()
    return conclude(_COMMAND, outcome, checks, repair, wish.manner)


def in_words(plan: FilePlan, root: Path) -> str:
    """What a plan does to files."""
    changed = len({line.path for line in plan.schema_lines})
    moves = f"move {count(len(plan.moves), 'file')}" if plan.moves else ""
    also = f"change {count(changed, 'schema file')}" if changed else ""
    return f"{' and '.join(filter(None, (moves, also)))} in {root}"


def capitalized(text: str) -> str:
    """With a capital first letter; the rest, which may hold names, stays."""
    return text[:1].upper() + text[1:]


def demand_clean(done: Walk) -> None:
    """Refuse to move files that are not as committed.

    Raises:
        RepositoryError: one of them was edited.
    """
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


def _entry(
    done: Walk, plan: FilePlan, root: Path, wish: RenameWish, hidden: FollowUp | None
) -> Repair:
    repair = new_id(done.inference.request.now)
    part = file_part(done, plan, root, repair, git=wish.git)
    return new_entry(
        done,
        repair,
        RepairKind.RENAME_BACK,
        plan.steps,
        scripts=(part.script, part.way_back),
        before=part.before,
        files=part.paths,
        follow_up=keep_draft(repair, hidden),
    )


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


def keep_draft(repair: str, hidden: FollowUp | None) -> StoredScript | None:
    """Keep the draft of what edits hid: after a rewrite the rows no longer tell what ran."""
    if hidden is None or hidden.empty:
        return None
    from analyzer.frameworks.rails.writer.follow_up_ruby import render_draft

    return store_script(repair, "follow-up.rb", render_draft(hidden, TOOL))


def say_kept(draft: StoredScript | None) -> None:
    """Say where the draft is kept."""
    if draft is not None:
        say(f"Follow-up: {draft.path}\n"
            "          what edits hid, worked out now; deploy it after the repair")  # fmt: skip


def _touched(plan: FilePlan) -> set[str]:
    ends = {path for move in plan.moves for path in (move.source, move.target)}
    return ends | {step.path for step in plan.steps if isinstance(step, ReplaceLine)}
