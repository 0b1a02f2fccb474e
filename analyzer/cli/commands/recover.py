"""``migdoctor recover`` and its own commands."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli import recovery_runs as runs
from analyzer.cli.database_options import SCRATCH, database_options

_FOLDER = click.option(
    "--folder", metavar="PATH", help="The recovery's folder; default: named by the time."
)
_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_AGAIN = (
    click.option("--stop-command", metavar="COMMAND", help="What stops the application."),
    click.option("--start-command", metavar="COMMAND", help="What starts it again."),
    click.option("--check-command", metavar="COMMAND", help="The application's own check."),
)

_COMMON = (
    database_options,
    *_AGAIN,
    SCRATCH,
    _FOLDER,
    click.option(
        "--runbook",
        metavar="FOLDER",
        help="Only write the steps there, as a shell script and as markdown.",
    ),
    _YES,
)


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_COMMON):
        function = option(function)
    return function


def _again(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options of the commands that take up a recovery that was begun."""
    argument = click.argument("folder", required=False)
    for option in reversed((argument, database_options, *_AGAIN, _YES)):
        function = option(function)
    return function


@click.group("recover")
def command() -> None:
    """Carry a recovery through: planned, journaled, resumable, and taken back with one command."""


@command.command("full")
@_common
@click.option("--migrate-command", metavar="COMMAND", required=True,
              help="What runs every migration, such as 'bin/rails db:migrate'.")  # fmt: skip
@click.option("--backup", metavar="FOLDER", help="A backup of an earlier run; default: take one.")
@click.option("--leave", metavar="TABLE[.COLUMN]", multiple=True,
              help="May stay behind in the old database, repeatable.")  # fmt: skip
def full(**options: Any) -> int:
    """Build a new database from the migrations and copy the old rows into it (option 1).

    The old database is renamed, never dropped. Rows that do not fit the new schema are reported
    before anything is copied.
    """
    return runs.begin_full(options)


@command.command("tables")
@_common
@click.option("--table", "tables", metavar="[SCHEMA.]NAME", multiple=True, required=True,
              help="The table to bring back, repeatable.")  # fmt: skip
@click.option("--from-backup", metavar="FOLDER", help="Take the rows from this backup.")
@click.option("--from-database", metavar="NAME", help="Or from this database of the same server.")
@click.option("--replace", is_flag=True, help="Put rows aside that are there already.")
@click.option("--keep", metavar="TABLE", multiple=True,
              help="A table that is right as it is, though others refer to it, "
              "repeatable.")  # fmt: skip
@click.option("--no-dependencies", is_flag=True,
              help="Refuse where the tables refer to others, and list those.")  # fmt: skip
def tables(**options: Any) -> int:
    """Bring back some tables and what they refer to (option 3).

    Each is copied in one transaction and verified before it commits.
    """
    return runs.begin_tables(options)


@command.command("resume")
@_again
@click.option("--migrate-command", metavar="COMMAND", help="Another one than was planned.")
@SCRATCH
def resume(**options: Any) -> int:
    """Go on with a recovery that was interrupted."""
    return runs.resume(options)


@command.command("back")
@_again
def back(**options: Any) -> int:
    """Take a recovery back, however far it came; the new database is kept aside."""
    return runs.take_back(options)


@command.command("drop-old")
@_again
def drop_old(**options: Any) -> int:
    """Drop what a finished recovery kept: the step that nothing takes back."""
    return runs.drop_old(options)
