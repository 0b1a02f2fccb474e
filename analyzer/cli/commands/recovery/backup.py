"""``migdoctor backup``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options.database import SCRATCH, database_options, read_database
from analyzer.cli.options.recovery.backup import backup_options, read_content
from analyzer.cli.terminal.checklist import tell
from analyzer.cli.terminal.console import deliver, say
from analyzer.cli.terminal.dialogue import TerminalDialogue
from analyzer.model.recovery.backup import Form

if TYPE_CHECKING:
    from analyzer.services.recovery.backup import BackupOptions


@click.command("backup")
@database_options
@backup_options
@SCRATCH
@click.option("-o", "--output", metavar="FOLDER", help="The folder to make.")
def command(
    *,
    data_only: bool,
    schema_only: bool,
    tables: tuple[str, ...],
    form: str | None,
    jobs: int,
    compress: int,
    no_checksums: bool,
    verify: bool,
    before: str | None,
    scratch_url: str | None,
    output: str | None,
    **named: Any,
) -> int:
    """Take a backup whose manifest says what it must contain, and prove it.

    One snapshot is shared by pg_dump and by the sessions that count the rows and check their
    content. The folder gets its name only once it is complete. It is printed on standard output.
    """
    from analyzer.services.fix.rest_here import tell_rest
    from analyzer.services.recovery.backup import BackupOptions

    content = read_content(data_only=data_only, schema_only=schema_only, tables=tables)
    database = read_database(**named)
    options = BackupOptions(
        database=database,
        content=content,
        form=Form(form) if form else None,
        tables=tables,
        compress=compress,
        jobs=jobs,
        checksums=not no_checksums,
        folder=Path(output) if output else None,
    )
    dialogue = TerminalDialogue()
    status = _take(options, dialogue, scratch_url, verify=verify)
    if not status:
        tell_rest(database, dialogue, has_backup=True, rows=before is not None)
    return status


def _take(
    options: "BackupOptions", dialogue: TerminalDialogue, scratch_url: str | None, *, verify: bool
) -> int:
    """Take it, name its folder, and prove it if that is wanted; return the status."""
    from analyzer.report.recovery.backup_text import render_backup
    from analyzer.services.recovery.backup import take_backup, try_backup
    from analyzer.services.recovery.naming import named_again

    taken = take_backup(options, dialogue)
    say(render_backup(taken.folder, taken.manifest, named_again(options.database)))
    deliver(f"{taken.folder}\n")
    if not verify:
        return 0
    return tell(try_backup(taken.folder, options.database, scratch_url, dialogue))
