"""The options of ``rewrite`` alone."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.fleets import CANARY
from analyzer.cli.options.repair.shared import LOCK_TIMEOUT

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
    click.option(
        "--write-renames",
        is_flag=True,
        help="Only append the renames that the rows follow to db/renames.toml, so that whoever has "
        "another database is told that the new names stay.",
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
