"""``migdoctor rename-back``."""

from typing import Any

import click

from analyzer.analysis.repair.repair_conflicts import renames_of_files
from analyzer.cli.conflicting import find_conflict
from analyzer.cli.consent import ALLOW_DIRTY, apply_options
from analyzer.cli.console import deliver, kind_of, say
from analyzer.cli.entry import Manner
from analyzer.cli.follow_up import check_draft, find_hidden, follow_up_option, write_draft
from analyzer.cli.interrupted import say_open
from analyzer.cli.options import build_request, common_options
from analyzer.cli.refusal import NOTHING_TO_UNDO, refuse, say_notes
from analyzer.cli.renaming import RenameWish, apply_moves, demand_work_tree
from analyzer.cli.resuming import finish_open
from analyzer.errors import UsageError
from analyzer.model.core.migration import MigrationName
from analyzer.model.plans.journal import RepairKind
from analyzer.model.plans.plan import FilePlan, Refusal
from analyzer.scripts.patch.diff import render_move_preview
from analyzer.scripts.patch.patch import render_patch
from analyzer.scripts.shell.shell import render_moves
from analyzer.workflow.reading.reading import FRAMEWORK
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.wholeness import refuse_absent
from analyzer.workflow.repair.repairs import FileRepair, plan_files, provenance
from analyzer.workflow.walk import Walk, walk


@click.command("rename-back")
@common_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["sh", "patch", "json"]),
    default="sh",
    help="A shell script (default), a patch for git apply, or the plan, or what --apply did, "
    "as JSON.",
)
@click.option("--git", is_flag=True, help="Stage the moves in the index too, as git mv does.")
@click.option("--undo", is_flag=True, help="Print the way back instead.")
@follow_up_option
@apply_options
@ALLOW_DIRTY
def command(
    *,
    format_: str,
    git: bool,
    undo: bool,
    draft: str | None,
    apply_: bool,
    dry_run: bool,
    yes: bool,
    allow_dirty: bool,
    output: str | None,
    **options: Any,
) -> int:
    """Write the mv commands that give renamed files their old names.

    The script goes to standard output, its preview to standard error:
    migdoctor rename-back > fix.sh

    With --apply it is carried out at once: checked, asked for, done whole or not at all, verified.
    """
    check_draft(draft, output=output, undo=undo)
    request = build_request(**options)
    wish = RenameWish(git, allow_dirty, Manner(dry_run, yes, format_ == "json", output))
    if apply_ or dry_run:
        _demand_script(format_, undo=undo)
        return _carry_out(request, wish, draft)
    say_open(request)
    done = walk(request)
    repair = _plan(done)
    if isinstance(repair, Refusal):
        return refuse("rename-back", repair)
    conflict = _conflict(request, done, repair.plan)
    if conflict is not None:
        return refuse("rename-back", conflict)
    if undo and not repair.plan.steps:
        return refuse("rename-back --undo", NOTHING_TO_UNDO)
    plan = repair.plan.inverse() if undo else repair.plan
    _show(plan)
    hidden = None if undo else find_hidden(done, _new_versions(plan))
    write_draft(hidden, draft)
    if format_ == "json":
        from analyzer.report.repair.plan_document import render_file_plan

        deliver(render_file_plan(plan, hidden), output, kind_of(format_))
        return 0
    text = _render(FileRepair(plan, repair.contents), provenance(done), format_, git=git)
    deliver(text, output, kind_of(format_))
    return 0


def _plan(done: Walk) -> FileRepair | Refusal:
    """Plan the moves, unless a sparse checkout leaves out what is to move."""
    planned = plan_files(done)
    if isinstance(planned, Refusal):
        return planned
    return refuse_absent(done, planned.plan) or planned


def _carry_out(request: Request, wish: RenameWish, draft: str | None) -> int:
    root = demand_work_tree(request, wish)
    status = finish_open(request, wish)
    if status is not None:
        return status
    done = walk(request)
    repair = _plan(done)
    if isinstance(repair, Refusal):
        return refuse("rename-back --apply", repair)
    conflict = _conflict(request, done, repair.plan)
    if conflict is not None:
        return refuse("rename-back --apply", conflict)
    _show(repair.plan)
    hidden = find_hidden(done, _new_versions(repair.plan))
    write_draft(hidden, draft)
    return apply_moves(request, done, repair.plan, root, wish, hidden) if repair.plan.steps else 0


def _conflict(request: Request, done: Walk, plan: FilePlan) -> Refusal | None:
    return find_conflict(request, done, RepairKind.RENAME_BACK, renames_of_files(plan.moves))


def _demand_script(format_: str, *, undo: bool) -> None:
    if undo:
        raise UsageError(
            "--apply and --undo were both given",
            why="--undo prints the way back of a repair that is still to come",
            fix="take a repair back that was carried out: migdoctor undo",
        )
    if format_ == "patch":
        raise UsageError(
            "--apply runs the shell script, and --format patch asks for another form",
            why="what is shown is what runs",
            fix="leave out --format, or run: migdoctor rename-back --format patch | git apply",
        )


def _new_versions(plan: FilePlan) -> list[int]:
    """The versions that files will have."""
    names = (FRAMEWORK.parse_name(move.target.rpartition("/")[2]) for move in plan.moves)
    return [name.version.number for name in names if isinstance(name, MigrationName)]


def _show(plan: FilePlan) -> None:
    say(render_move_preview(plan) if plan.steps else "Nothing to rename back.")
    say_notes(plan.notes)


def _render(repair: FileRepair, source: Any, format_: str, *, git: bool) -> str:
    if format_ == "patch":
        patch = render_patch(repair.plan, repair.contents, source)
        return patch.decode("utf-8", "surrogateescape")
    plan: FilePlan = repair.plan
    return render_moves(plan, source, git=git)
