"""``migdoctor rewrite``."""

from typing import Any

import click

from analyzer.cli.commands.rewrite_all import write_all
from analyzer.cli.options.common import common_options
from analyzer.cli.options.consent import ALLOW_DIRTY, FOLLOW_UP, apply_options
from analyzer.cli.options.request import build_request, build_requests
from analyzer.cli.options.rewrite import demand_sense, rewrite_options
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import conclude
from analyzer.report.artefact import kind_of
from analyzer.services.repair import rewrite
from analyzer.services.repair.follow_up import demand_free
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rewrite import RowProposal


@click.command("rewrite")
@common_options
@rewrite_options
@FOLLOW_UP
@apply_options
@ALLOW_DIRTY
def command(
    *,
    format_: str,
    lock_timeout: str,
    recorded: bool,
    undo: bool,
    draft: str | None,
    combined: bool,
    audit: bool,
    apply_: bool,
    dry_run: bool,
    yes: bool,
    allow_dirty: bool,
    output: str | None,
    **options: Any,
) -> int:
    """Write the SQL that gives rows the versions that their files carry now.

    The SQL goes to standard output, its preview to standard error:
    migdoctor rewrite > fix.sql; psql -v ON_ERROR_STOP=1 -f fix.sql

    With --apply it is carried out and verified. Several environments get one each: -o FOLDER.
    """
    wanted = RewriteOptions(combined, audit, lock_timeout, allow_dirty, dry_run, undo, draft)
    demand_free(draft, output=output, undo=undo)
    carry_out = apply_ or dry_run
    alone = format_ != "sql" or any((carry_out, recorded, undo, combined, draft))
    requests = (build_request(**options),) if alone else build_requests(**options)
    if requests[1:]:
        return write_all(requests, wanted, output)
    request, dialogue = requests[0], TerminalDialogue(yes=yes)
    demand_sense(format_, undo=undo, carry_out=carry_out, combined=combined, recorded=recorded)
    if recorded:
        from analyzer.cli.commands.recorded import write_recorded

        return write_recorded(request, format_, lock_timeout, output, dialogue)
    ended = (rewrite.apply if carry_out else rewrite.propose)(request, wanted, dialogue)
    if not isinstance(ended, RowProposal):
        return conclude(ended, as_json=format_ == "json", output=output)
    if not carry_out or format_ == "json":
        deliver(_render(ended, format_), output, kind_of(format_))
    return 0


def _render(proposal: RowProposal, format_: str) -> str:
    if format_ == "json":
        from analyzer.report.repair.plan_document import render_row_plan

        files = proposal.files if proposal.files.steps else None
        return render_row_plan(proposal.plan, proposal.hidden, files)
    if format_ == "sh":
        return proposal.script()
    return proposal.patch() if format_ == "patch" else proposal.sql()
