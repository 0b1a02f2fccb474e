"""``migdoctor preflight``."""

from datetime import UTC, datetime
from pathlib import Path

import click

from analyzer.cli.checklist import FORMATS, show
from analyzer.cli.consent import ask
from analyzer.cli.database_options import (
    SCRATCH,
    build_gateway,
    build_scratch,
    database_options,
    version_table_of,
)
from analyzer.cli.progress import Watcher


@click.command("preflight")
@database_options
@click.option("--backup", metavar="FOLDER", help="Default: the newest one in this folder.")
@click.option("--max-age", type=float, default=24, show_default=True,
              help="How many hours old the backup may be.")  # fmt: skip
@click.option("--no-restore", is_flag=True, help="Do not try whether the backup restores.")
@SCRATCH
@click.option("--stop-command", metavar="COMMAND",
              help="What stops the application; it is run first.")  # fmt: skip
@click.option("--rollback", metavar="FILE", help="The rollback plan, such as a runbook.")
@click.option("--snapshot", metavar="FILE", help="Where to document the current state.")
@click.option("--yes", is_flag=True, help="Do not ask before --stop-command.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to standard output.")
def command(
    *,
    database_url: str | None,
    exec_prefix: str | None,
    version_table: str | None,
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
) -> int:
    """Check, before a recovery, all that a person would otherwise tick off.

    The backup is there, whole, of this database, recent, and restores; the state is documented;
    the application is stopped; there is room; the tools fit; the way back is written down. Exit
    status 1 where an item fails.
    """
    from analyzer.operations.recovery.preflight import PreflightWish, check_safety
    from analyzer.operations.rehearsal.commands import run_command

    if stop_command and ask(f"Run `{stop_command}` now?", yes=yes):
        run_command(stop_command, "--stop-command", Watcher().say)
    moment = datetime.now(UTC)
    wish = PreflightWish(
        place=Path(),
        backup=Path(backup) if backup else None,
        max_age=max_age,
        snapshot=Path(snapshot or f"migdoctor-{moment:%Y%m%dT%H%M%SZ}.snapshot.json"),
        scratch=build_scratch(scratch_url),
        rollback=Path(rollback) if rollback else None,
        restoring=not no_restore,
        version_table=version_table_of(version_table),
    )
    done = check_safety(build_gateway(database_url, exec_prefix), wish, Watcher())
    return show(done, format_, output)
