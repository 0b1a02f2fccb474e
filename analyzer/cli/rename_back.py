"""``migdoctor rename-back``."""

from typing import Any

import click

from analyzer.cli.console import deliver, say
from analyzer.cli.options import build_request, common_options
from analyzer.cli.refusal import NOTHING_TO_UNDO, refuse, say_notes
from analyzer.model.plan import FilePlan, Refusal
from analyzer.scripts.diff import render_move_preview
from analyzer.scripts.patch import render_patch
from analyzer.scripts.shell import render_moves
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
def command(*, format_: str, git: bool, undo: bool, output: str | None, **options: Any) -> int:
    """Write the mv commands that give renamed files their old names.

    The script goes to standard output, its preview to standard error:
    migdoctor rename-back > fix.sh
    """
    done = walk(build_request(**options))
    repair = plan_files(done)
    if isinstance(repair, Refusal):
        return refuse("rename-back", repair)
    if undo and not repair.plan.steps:
        return refuse("rename-back --undo", NOTHING_TO_UNDO)
    plan = repair.plan.inverse() if undo else repair.plan
    say(render_move_preview(plan) if plan.steps else "Nothing to rename back.")
    say_notes(plan.notes)
    deliver(_render(FileRepair(plan, repair.contents), provenance(done), format_, git=git), output)
    return 0


def _render(repair: FileRepair, source: Any, format_: str, *, git: bool) -> str:
    if format_ == "patch":
        patch = render_patch(repair.plan, repair.contents, source)
        return patch.decode("utf-8", "surrogateescape")
    if format_ == "json":
        from analyzer.report.plan_document import render_file_plan

        return render_file_plan(repair.plan)
    plan: FilePlan = repair.plan
    return render_moves(plan, source, git=git)
