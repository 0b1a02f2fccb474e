"""The options of ``rewrite`` alone, and what of them contradicts each other."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.fleets import CANARY
from analyzer.cli.options.repair.shared import LOCK_TIMEOUT
from analyzer.errors import UsageError
from analyzer.services.database import client_programs

_OPTIONS = (
    click.option(
        "--format",
        "format_",
        type=click.Choice(["sql", "patch", "sh", "json"]),
        default="sql",
        help="An SQL file for psql (default), a patch for the schema file, the files' script of "
        "--combined, or the plan, or what --apply did, as JSON.",
    ),
    LOCK_TIMEOUT,
    CANARY,
    click.option(
        "--recorded",
        is_flag=True,
        help="From db/renames.toml, for databases that cannot be inspected.",
    ),
    click.option("--undo", is_flag=True, help="Print the inverse instead."),
    click.option(
        "--combined",
        is_flag=True,
        help="Also remove a deleted migration's row that hides a new file, and give a file that "
        "never ran a free version where two share one.",
    ),
    click.option(
        "--audit",
        is_flag=True,
        help="Note it in the table migdoctor_audit, beside the version table, in one transaction.",
    ),
)


def rewrite_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that only ``rewrite`` has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def demand_sense(
    format_: str, *, undo: bool, carry_out: bool, combined: bool, recorded: bool
) -> None:
    """Refuse options that contradict each other. Raises UsageError where two of them do."""
    if recorded and (carry_out or combined):
        raise UsageError(
            "--recorded writes SQL for any database, and --apply or --combined repairs this one",
            why="recorded renames are applied without inspecting the database first",
            fix="leave out one of them; run what --recorded writes with "
            f"{client_programs().client}",
        )
    if undo and carry_out:
        raise UsageError(
            "--apply and --undo were both given",
            why="--undo prints the inverse of a repair that is still to come",
            fix="take a repair back that was carried out: migdoctor undo",
        )
    if format_ == "sh" and (carry_out or not combined):
        raise UsageError(
            "--format sh is the script of --combined",
            why="rows are changed by SQL; only the files of a combined plan are moved by a script",
            fix="pass --combined as well, and no --apply",
        )
    if recorded and undo:
        raise UsageError(
            "--recorded has no --undo",
            why="the SQL finds out by itself which rows a database needs, and the way back would "
            "have to know which it changed",
            fix=f"keep a copy of the table first: {client_programs().dump} -t VERSION_TABLE",
        )
