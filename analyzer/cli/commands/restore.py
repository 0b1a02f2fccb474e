"""``migdoctor restore``."""

from pathlib import Path

import click

from analyzer.cli.checklist import conclude
from analyzer.cli.consent import ask
from analyzer.cli.console import deliver, say
from analyzer.cli.database_options import build_gateway, database_options, version_table_of
from analyzer.cli.progress import Watcher

_STOPPED = 1


@click.command("restore")
@click.argument("backup", metavar="BACKUP")
@database_options
@click.option("--into-new", metavar="NAME", help="Create this database and restore into it.")
@click.option("--no-owner", is_flag=True, help="Leave owners and privileges out.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    *,
    backup: str,
    database_url: str | None,
    exec_prefix: str | None,
    version_table: str | None,
    into_new: str | None,
    no_owner: bool,
    yes: bool,
) -> int:
    """Restore a backup into an empty or a new database, and compare every table.

    Every file is checked against the manifest first. A database that holds anything is refused:
    a dump restored over it loses rows while psql ends with status 0.
    """
    from analyzer.operations.backup.restoration import restore

    gateway = build_gateway(database_url, exec_prefix)
    where = f"a new database {into_new}" if into_new else "the database, if it is empty"
    way_back = f"DROP DATABASE {into_new}" if into_new else "drop it; it was empty before"
    say(f"Restores {backup} into {where}. The way back: {way_back}.")
    if not ask("Go on?", yes=yes):
        return _STOPPED
    table = version_table_of(version_table)
    done = restore(gateway, Path(backup), into_new, Watcher(), table, owners=not no_owner)
    deliver(f"{done.state.identity.database}\n")
    return conclude(done, "Restored, and compared with the manifest", owners=not no_owner)
