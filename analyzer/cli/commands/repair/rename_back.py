"""``migdoctor rename-back``."""

from typing import Any

import click

from analyzer.cli.options.common import common_options
from analyzer.cli.options.fleets import build_fleet_request, fleet_options
from analyzer.cli.options.repair.consent import ALLOW_DIRTY, apply_options
from analyzer.cli.options.repair.hand_script import hand_script
from analyzer.cli.options.repair.rename_back import demand_script, rename_back_options
from analyzer.cli.options.repair.shared import FOLLOW_UP
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import conclude
from analyzer.cli.terminal.next_step import only_previewed, tell_unwritten
from analyzer.model.plans.hand_script import ScriptForm
from analyzer.model.plans.repair_result import RefusedRepair
from analyzer.records import replace
from analyzer.report.artefact import kind_of
from analyzer.services.repair.files import rename_back
from analyzer.services.repair.files.rename_back import FileProposal
from analyzer.services.repair.follow_up import demand_free
from analyzer.services.repair.options import RenameBackOptions


@click.command("rename-back")
@common_options
@fleet_options
@rename_back_options
@FOLLOW_UP
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
    dialogue = TerminalDialogue(yes=yes)
    demand_free(draft, dialogue, output=output, undo=undo)
    request = build_fleet_request(**options)
    wanted = RenameBackOptions(git, allow_dirty, dry_run, undo, draft)
    if apply_ or dry_run:
        demand_script(format_, undo=undo)
        ended = rename_back.apply(request, wanted, dialogue)
        if isinstance(ended, FileProposal):
            return 0
        return conclude(ended, as_json=format_ == "json", output=output)
    script = hand_script(output, format_, ScriptForm.SH, staged=git)
    proposal = rename_back.propose(request, replace(wanted, script=script), dialogue)
    if isinstance(proposal, RefusedRepair):
        return conclude(proposal, as_json=False, output=output)
    if not only_previewed(output):
        deliver(_render(proposal, format_), output, kind_of(format_))
    elif proposal.plan.steps:
        tell_unwritten("fix.sh")
    return 0


def _render(proposal: FileProposal, format_: str) -> str:
    if format_ == "json":
        from analyzer.report.repair.plan_document import render_file_plan

        return render_file_plan(proposal.plan, proposal.hidden)
    return proposal.patch() if format_ == "patch" else proposal.script()
