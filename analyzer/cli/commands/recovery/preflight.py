"""``migdoctor preflight``."""

from pathlib import Path
from typing import Any

import click

from analyzer.cli.options.database import SCRATCH, database_options, read_database
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.terminal.checklist import FORMATS, show
from analyzer.cli.terminal.dialogue import TerminalDialogue


@click.command("preflight")
@database_options
@click.option("--backup", metavar="FOLDER", help="Default: the newest one in this folder.")
@click.option(
    "--max-age",
    type=float,
    default=24,
    show_default=True,
    help="How many hours old the backup may be.",
)
@click.option("--no-restore", is_flag=True, help="Do not test whether the backup restores.")
@SCRATCH
@click.option(
    "--stop-command", metavar="COMMAND", help="Command that stops the application; it runs first."
)
@click.option("--rollback", metavar="FILE", help="The rollback plan, such as a runbook.")
@click.option(
    "--snapshot",
    metavar="FILE",
    help="Document the current state in this file; default: not documented.",
)
@click.option("--yes", is_flag=True, help="Skip the question before --stop-command.")
@format_option(FORMATS)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def command(
    *,
    backup: str | None,
    max_age: float,
    no_restore: bool,
    scratch_url: str | None,
    stop_command: str | None,
    rollback: str | None,
    snapshot: str | None,
    yes: bool,
    format_: str,
    output: str | None,
    **named: Any,
) -> int:
    """Check everything that a person would otherwise tick off before a recovery.

    The backup is there, whole, of this database, recent, and restores; the state is documented;
    the application is stopped; there is room; the tools fit; the way back is written down. Exit
    status 1 where an item fails.
    """
    from analyzer.services.fix.rest_here import tell_rest
    from analyzer.services.recovery.preflight import PreflightOptions, check_before

    options = PreflightOptions(
        database=read_database(**named),
        backup=Path(backup) if backup else None,
        max_age=max_age,
        restoring=not no_restore,
        scratch_url=scratch_url,
        stop_command=stop_command,
        rollback=Path(rollback) if rollback else None,
        snapshot=Path(snapshot) if snapshot else None,
    )
    dialogue = TerminalDialogue(yes=yes)
    status = show(check_before(options, dialogue), format_, output)
    if not status and format_ == "text":
        tell_rest(options.database, dialogue, has_backup=True)
    return status
