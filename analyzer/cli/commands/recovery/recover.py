"""``migdoctor recover`` and its own commands."""

from typing import Any

import click

from analyzer.cli.options.database import SCRATCH
from analyzer.cli.options.recovery.kinds import full_options, tables_options
from analyzer.cli.options.recovery.recover import again_options, begin_options, read_recovery
from analyzer.cli.terminal.recovery_ending import carry_out
from analyzer.services.recovery.options import FullRecoveryOptions, TablesRecoveryOptions

_OF_TABLES = ("tables", "from_backup", "from_database", "keep", "replace")


@click.group("recover")
def command() -> None:
    """Run a recovery: planned, journaled, resumable, and taken back with one command."""


@command.command("full")
@begin_options
@full_options
def full(*, backup: str | None, leave: tuple[str, ...], yes: bool, **common: Any) -> int:
    """Build a new database from the migrations and copy the old rows into it.

    The old database is renamed, never dropped. Rows that do not fit the new schema are reported
    before anything is copied.
    """
    from analyzer.services.recovery.recover import recover_all

    options = FullRecoveryOptions(read_recovery(**common), backup, leave)
    return carry_out(recover_all, options, yes=yes)


@command.command("tables")
@begin_options
@tables_options
def tables(*, no_dependencies: bool, yes: bool, **wanted: Any) -> int:
    """Bring back some tables and what they refer to.

    Each is copied in one transaction and verified before it commits.
    """
    from analyzer.services.recovery.recover import recover_tables

    own = {name: wanted.pop(name) for name in _OF_TABLES}
    options = TablesRecoveryOptions(
        read_recovery(**wanted), **own, dependencies=not no_dependencies
    )
    return carry_out(recover_tables, options, yes=yes)


@command.command("resume")
@again_options
@click.option("--migrate-command", metavar="COMMAND", help="Instead of the planned command.")
@SCRATCH
def resume(*, yes: bool, **common: Any) -> int:
    """Resume a recovery that was interrupted."""
    from analyzer.services.recovery import recover

    return carry_out(recover.resume, read_recovery(**common), yes=yes)


@command.command("back")
@again_options
def back(*, yes: bool, **common: Any) -> int:
    """Take a recovery back, however far it got; the new database is kept aside."""
    from analyzer.services.recovery.recover import take_back

    return carry_out(take_back, read_recovery(**common), yes=yes)


@command.command("drop-old")
@again_options
def drop_old(*, yes: bool, **common: Any) -> int:
    """Drop what a finished recovery kept: the step that cannot be undone."""
    from analyzer.services.recovery import recover

    return carry_out(recover.drop_old, read_recovery(**common), yes=yes)
