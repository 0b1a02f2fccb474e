"""The options that only one kind of recovery has."""

from collections.abc import Callable
from typing import Any

import click

_FULL = (
    click.option(
        "--migrate-command",
        metavar="COMMAND",
        required=True,
        help="Command that runs every migration, such as 'bin/rails db:migrate'.",
    ),
    click.option(
        "--backup", metavar="FOLDER", help="A backup of an earlier run; default: take one."
    ),
    click.option(
        "--leave",
        metavar="TABLE[.COLUMN]",
        multiple=True,
        help="May stay behind in the old database, repeatable.",
    ),
)
_TABLES = (
    click.option(
        "--table",
        "tables",
        metavar="[SCHEMA.]NAME",
        multiple=True,
        required=True,
        help="The table to bring back, repeatable.",
    ),
    click.option("--from-backup", metavar="FOLDER", help="Take the rows from this backup."),
    click.option(
        "--from-database", metavar="NAME", help="Or from this database of the same server."
    ),
    click.option("--replace", is_flag=True, help="Set aside rows that are there already."),
    click.option(
        "--keep",
        metavar="TABLE",
        multiple=True,
        help="A table that is right as it is, though others refer to it, repeatable.",
    ),
    click.option(
        "--no-dependencies",
        is_flag=True,
        help="Refuse where the tables refer to others, and list those.",
    ),
)


def full_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of ``recover full``."""
    for option in reversed(_FULL):
        function = option(function)
    return function


def tables_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of ``recover tables``."""
    for option in reversed(_TABLES):
        function = option(function)
    return function
