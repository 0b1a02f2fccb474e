"""``migdoctor verify``."""

from pathlib import Path
from typing import Any

import click

from analyzer.cli.options.database import database_options, read_database
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.terminal.checklist import FORMATS, show
from analyzer.cli.terminal.dialogue import TerminalDialogue


@click.command("verify")
@database_options
@click.option(
    "--against",
    metavar="WHAT",
    required=True,
    help="A backup's folder, a snapshot file, a URL, or a database of the same server.",
)
@click.option(
    "--check-command",
    metavar="COMMAND",
    help="Command of the application's own check; it runs last.",
)
@click.option("--no-owner", is_flag=True, help="Owners need not be the same.")
@format_option(FORMATS)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def command(
    *,
    against: str,
    check_command: str | None,
    no_owner: bool,
    format_: str,
    output: str | None,
    **named: Any,
) -> int:
    """Compare a database with a backup, a snapshot or another database.

    Tables and structure, rows and their content, applied versions, sequences, constraints.
    Reads only. Exit status 1 where anything differs.
    """
    from analyzer.services.fix.rest_here import tell_rest
    from analyzer.services.recovery.verify import VerifyOptions, verify

    database = read_database(**named)
    options = VerifyOptions(against, database, check_command, owners=not no_owner)
    dialogue = TerminalDialogue()
    status = show(verify(options, dialogue), format_, output)
    if not status and format_ == "text":
        tell_rest(database, dialogue, has_backup=Path(against).is_dir())
    return status
