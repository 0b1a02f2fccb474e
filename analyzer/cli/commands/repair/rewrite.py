"""``migdoctor rewrite``."""

from typing import Any

import click

from analyzer.cli.commands.repair.rewrite_all import write_all
from analyzer.cli.commands.repair.rewrite_one import write_one
from analyzer.cli.options.common import common_options
from analyzer.cli.options.fleets import (
    build_fleet_request,
    build_fleet_requests,
    fleet_options,
)
from analyzer.cli.options.repair.consent import ALLOW_DIRTY, apply_options
from analyzer.cli.options.repair.rewrite import rewrite_options
from analyzer.cli.options.repair.rewrite_sense import demand_sense
from analyzer.cli.options.repair.shared import FOLLOW_UP
from analyzer.cli.options.request_of_files import build_request_of_files
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.services.repair.follow_up import demand_free
from analyzer.services.repair.options import FleetOptions, RewriteOptions


@click.command("rewrite")
@common_options
@fleet_options
@rewrite_options
@FOLLOW_UP
@apply_options
@ALLOW_DIRTY
def command(
    *,
    format_: str,
    lock_timeout: str,
    canary: int | None,
    recorded: bool,
    write_renames: bool,
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
    dialogue = TerminalDialogue(yes=yes)
    demand_free(draft, dialogue, output=output, undo=undo)
    carry_out = apply_ or dry_run
    meant = (carry_out, recorded, write_renames, undo, combined, draft and output is None, canary)
    alone = format_ != "sql" or any(meant)
    several = () if alone else build_fleet_requests(**options)
    if several[1:]:
        return write_all(several, wanted, output)
    build = build_request_of_files if recorded else build_fleet_request
    request = several[0] if several else build(**options)
    kind = {"recorded": recorded, "write_renames": write_renames}
    demand_sense(format_, undo=undo, carry_out=carry_out, combined=combined, **kind)
    chosen = FleetOptions(wanted, canary, carry_out=carry_out)
    return write_one(request, chosen, dialogue, output, format_, **kind)
