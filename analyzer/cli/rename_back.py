"""``migdoctor rename-back``."""

from typing import Any

import click

from analyzer.cli.console import deliver, say
from analyzer.cli.follow_up import check_draft, find_hidden, follow_up_option, write_draft
from analyzer.cli.options import build_request, common_options
from analyzer.cli.refusal import NOTHING_TO_UNDO, refuse, say_notes
from analyzer.model.migration import MigrationName
from analyzer.model.plan import FilePlan, Refusal
from analyzer.scripts.diff import render_move_preview
from analyzer.scripts.patch import render_patch
from analyzer.scripts.shell import render_moves
from analyzer.workflow.reading import FRAMEWORK
from analyzer.workflow.repairs import FileRepair, plan_files, provenance
from analyzer.workflow.walk import walk


@click.command("rename-back")
@common_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["sh", "patch", "json"]),
    default="sh",
    help="A shell script (default), a patch for git apply, or the plan as JSON.",
)
@click.option("--git", is_flag=True, help="Move with git mv instead of mv.")
@click.option("--undo", is_flag=True, help="Print the way back instead.")
@follow_up_option
def command(
    *,
    format_: str,
    git: bool,
    undo: bool,
    draft: str | None,
    output: str | None,
    **options: Any,
) -> int:
    """Write the mv commands that give renamed files their old names.

    The script goes to standard output, its preview to standard error:
    migdoctor rename-back > fix.sh
    """
    check_draft(draft, output=output, undo=undo)
    done = walk(build_request(**options))
    repair = plan_files(done)
    if isinstance(repair, Refusal):
        return refuse("rename-back", repair)
    if undo and not repair.plan.steps:
        return refuse("rename-back --undo", NOTHING_TO_UNDO)
    plan = repair.plan.inverse() if undo else repair.plan
    say(render_move_preview(plan) if plan.steps else "Nothing to rename back.")
    say_notes(plan.notes)
    hidden = None if undo else find_hidden(done, _new_versions(plan))
    write_draft(hidden, draft)
    if format_ == "json":
        from analyzer.report.plan_document import render_file_plan

        deliver(render_file_plan(plan, hidden), output)
        return 0
    deliver(_render(FileRepair(plan, repair.contents), provenance(done), format_, git=git), output)
    return 0


def _new_versions(plan: FilePlan) -> list[int]:
    """The versions that files will have."""
    names = (FRAMEWORK.parse_name(move.target.rpartition("/")[2]) for move in plan.moves)
    return [name.version.number for name in names if isinstance(name, MigrationName)]


def _render(repair: FileRepair, source: Any, format_: str, *, git: bool) -> str:
    if format_ == "patch":
        patch = render_patch(repair.plan, repair.contents, source)
        return patch.decode("utf-8", "surrogateescape")
    plan: FilePlan = repair.plan
    return render_moves(plan, source, git=git)
