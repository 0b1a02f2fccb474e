"""``migdoctor undo``."""

import sys

import click

from analyzer.cli.consent import ALLOW_DIRTY, DRY_RUN, LOCK_TIMEOUT, YES, demand_time
from analyzer.cli.console import deliver, kind_of, screen
from analyzer.cli.entry import Manner
from analyzer.cli.options import read_prefix
from analyzer.cli.undoing import UndoWish, find_repair, list_repairs, take_back
from analyzer.report.repair.repair_text import render_journal, render_journal_json


@click.command("undo")
@click.argument("repair", required=False)
@click.option("--list", "list_", is_flag=True, help="List the repairs instead, the newest first.")
@click.option("--repo", metavar="PATH", help="Git repository; default: the one that was repaired.")
@click.option("--database-url", metavar="URL",
              help="Default: DATABASE_URL, then libpq's own variables.")  # fmt: skip
@click.option("--exec", "exec_prefix", metavar="PREFIX",
              help="Run psql through this, such as 'docker compose exec -T db'.")  # fmt: skip
@LOCK_TIMEOUT
@DRY_RUN
@YES
@ALLOW_DIRTY
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to standard output.")
def command(
    *,
    repair: str | None,
    list_: bool,
    repo: str | None,
    database_url: str | None,
    exec_prefix: str | None,
    lock_timeout: str,
    dry_run: bool,
    yes: bool,
    allow_dirty: bool,
    format_: str,
    output: str | None,
) -> int:
    """Take back the last repair that was carried out, or the one named REPAIR.

    Its way back was written before the repair began; that very script runs, after the same checks:
    the rows or files must be exactly as the repair left them.
    """
    demand_time(lock_timeout)
    wish = UndoWish(
        repo, database_url, read_prefix(exec_prefix), lock_timeout, allow_dirty,
        Manner(dry_run, yes, format_ == "json", output),
    )  # fmt: skip
    if list_:
        repairs = list_repairs(wish)
        as_json = format_ == "json"
        width = screen(sys.stdout).width
        text = render_journal_json(repairs) if as_json else render_journal(repairs, width)
        deliver(text, output, kind_of(format_))
        return 0
    return take_back(find_repair(repair), wish)
