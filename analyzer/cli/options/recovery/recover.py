"""The options that all recoveries share, and how they become a value."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from analyzer.cli.options.database import SCRATCH, database_options, read_database
from analyzer.services.recovery.options import RecoveryOptions, UserCommands

_YES = click.option("--yes", is_flag=True, help="Skip the question.")
_AGAIN = (
    click.option("--stop-command", metavar="COMMAND", help="Command that stops the application."),
    click.option("--start-command", metavar="COMMAND", help="Command that starts it again."),
    click.option(
        "--check-command", metavar="COMMAND", help="Command of the application's own check."
    ),
)
_BEGIN = (
    database_options,
    *_AGAIN,
    SCRATCH,
    click.option(
        "--folder", metavar="PATH", help="The recovery's folder; default: named by the time."
    ),
    click.option(
        "--runbook",
        metavar="FOLDER",
        help="Only write the steps there, as a shell script and as markdown.",
    ),
    _YES,
)


def begin_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options of the commands that begin a recovery."""
    for option in reversed(_BEGIN):
        function = option(function)
    return function


def again_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options of the commands that take up a recovery that was begun."""
    argument = click.argument("folder", required=False)
    for option in reversed((argument, database_options, *_AGAIN, _YES)):
        function = option(function)
    return function


def read_recovery(
    *,
    stop_command: str | None,
    start_command: str | None,
    check_command: str | None,
    migrate_command: str | None = None,
    scratch_url: str | None = None,
    folder: str | None,
    runbook: str | None = None,
    **named: Any,
) -> RecoveryOptions:
    """Turn option values into what a recovery is given.

    Raises:
        UsageError: a value is not of the form that its option takes.
    """
    return RecoveryOptions(
        read_database(**named),
        UserCommands(stop_command, start_command, check_command, migrate_command),
        scratch_url,
        Path(folder) if folder else None,
        Path(runbook) if runbook else None,
    )
