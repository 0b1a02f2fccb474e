"""The options of commands that work on one database, and how they become a value."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.environments import environment_options, place_of, typed_place
from analyzer.cli.options.values import read_prefix, read_table
from analyzer.services.database import DatabaseOptions

_OPTIONS = (
    environment_options,
    click.option(
        "--database-url",
        metavar="URL",
        help="Default: DATABASE_URL, libpq's PG* variables and service file, then the "
        "application's own file, which is read and never run.",
    ),
    click.option(
        "--exec",
        "exec_prefix",
        metavar="PREFIX",
        help="Run psql, pg_dump and pg_restore through this, such as 'docker compose exec -T db'.",
    ),
    click.option(
        "--version-table",
        metavar="[SCHEMA.]NAME",
        help="The version table; default: schema_migrations.",
    ),
)
SCRATCH = click.option(
    "--scratch-url",
    metavar="URL",
    help="A server on which a database may be created for the trial restore, and dropped again; "
    "default: an embedded one.",
)


def database_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name a database."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def read_database(
    *, exec_prefix: str | None, version_table: str | None, **named: Any
) -> DatabaseOptions:
    """Turn option values into the database that they name.

    Args: named: the options that `typed_place` takes.

    Raises:
        UsageError: a value is not of the form that its option takes.
    """
    table = read_table(version_table, "--version-table")
    place = place_of(typed_place(exec_prefix=read_prefix(exec_prefix), **named))
    return DatabaseOptions.of(place, table)
