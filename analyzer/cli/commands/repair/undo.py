"""``migdoctor undo``."""

import sys
from typing import Any

import click

from analyzer.cli.options.common import EXEC
from analyzer.cli.options.environments import environment_options, typed_place
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.occasional_places import demand_likely, likely_place
from analyzer.cli.options.repair.consent import ALLOW_DIRTY, DRY_RUN, YES
from analyzer.cli.options.repair.shared import LOCK_TIMEOUT
from analyzer.cli.options.values import read_prefix
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.cli.terminal.ending import conclude
from analyzer.cli.terminal.screen import screen
from analyzer.model.plans.repair_journal import Repair
from analyzer.report.artefact import kind_of
from analyzer.report.repair.repair_text import render_journal, render_journal_json
from analyzer.services.database import DatabaseOptions
from analyzer.services.fix.rest_here import tell_rest
from analyzer.services.repair.options import UndoOptions
from analyzer.services.repair.undo.undo import list_repairs, take_back
from analyzer.services.repair.undo.which_repair import changes_rows, find_repair


@click.command("undo")
@click.argument("repair", required=False)
@click.option("--list", "list_", is_flag=True, help="List the repairs instead, the newest first.")
@click.option(
    "--repo", metavar="PATH", help="Git repository; default: the one around the current folder."
)
@environment_options
@click.option("--database-url", metavar="URL", help="Default: DATABASE_URL, then libpq's own.")
@EXEC
@LOCK_TIMEOUT
@DRY_RUN
@YES
@ALLOW_DIRTY
@format_option(["text", "json"])
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def command(
    *,
    repair: str | None,
    list_: bool,
    repo: str | None,
    exec_prefix: str | None,
    lock_timeout: str,
    dry_run: bool,
    yes: bool,
    allow_dirty: bool,
    format_: str,
    output: str | None,
    **named: Any,
) -> int:
    """Undo the last repair of this repository, or the one named REPAIR, wherever it was made.

    Its way back was written before the repair began; that very script runs, after the same
    checks: the rows or files must be exactly as the repair left them.
    """
    dialogue, prefix = TerminalDialogue(yes=yes), read_prefix(exec_prefix)
    place = likely_place(typed := typed_place(exec_prefix=prefix, **named), repo)
    how = (place.url, place.exec_prefix, lock_timeout, allow_dirty, dry_run, typed.names_one)
    options = UndoOptions(repo, *how)
    if list_:
        deliver(_render(list_repairs(options, dialogue), format_), output, kind_of(format_))
        return 0
    demand_likely(place, typed, repo, needed=changes_rows(found := find_repair(repair, options)))
    ended = take_back(found, options, dialogue)
    status = conclude(ended, as_json=format_ == "json", output=output)
    if not status and not dry_run:
        tell_rest(DatabaseOptions(place=place), dialogue, repo=repo)
    return status


def _render(repairs: tuple[Repair, ...], format_: str) -> str:
    width = screen(sys.stdout).width
    return render_journal_json(repairs) if format_ == "json" else render_journal(repairs, width)
