"""``migdoctor restore``."""

from typing import Any

import click

from analyzer.cli.options.database import database_options, read_database
from analyzer.cli.terminal.checklist import tell
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.model.recovery.recovery_result import DeclinedRecovery


@click.command("restore")
@click.argument("backup", metavar="BACKUP")
@database_options
@click.option("--into-new", metavar="NAME", help="Create this database and restore into it.")
@click.option("--no-owner", is_flag=True, help="Leave owners and privileges out.")
@click.option("--yes", is_flag=True, help="Skip the question.")
def command(
    *,
    backup: str,
    into_new: str | None,
    no_owner: bool,
    yes: bool,
    **named: Any,
) -> int:
    """Restore a backup into an empty or a new database, and compare every table.

    Every file is checked against the manifest first. A database that holds anything is refused:
    a dump restored over it loses rows while psql exits with 0.
    """
    from analyzer.services.fix.rest_here import tell_rest
    from analyzer.services.recovery.restore import RestoreOptions, restore_backup

    database = read_database(**named)
    options = RestoreOptions(backup, database, into_new, owners=not no_owner)
    dialogue = TerminalDialogue(yes=yes)
    restored = restore_backup(options, dialogue)
    if isinstance(restored, DeclinedRecovery):
        return restored.status
    deliver(f"{restored.database}\n")
    status = tell(restored.compared)
    if not status and into_new is None:
        tell_rest(database, dialogue, has_backup=True)
    return status
