"""The options of commands that work on one database, and how they become a gateway."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options import read_prefix, read_table
from analyzer.engines.postgresql.access.session import Gateway, open_gateway
from analyzer.engines.postgresql.catalog.database_state import DEFAULT_VERSION_TABLE
from analyzer.model.core.version_table import TableName

_OPTIONS = (
    click.option(
        "--database-url",
        metavar="URL",
        help="Default: DATABASE_URL, then libpq's PG* variables and service file.",
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


def build_gateway(database_url: str | None, exec_prefix: str | None) -> Gateway:
    """Turn option values into a way to the database."""
    return open_gateway(database_url, read_prefix(exec_prefix))


def build_scratch(scratch_url: str | None) -> Gateway | None:
    """Turn --scratch-url into a way to that server."""
    return open_gateway(scratch_url) if scratch_url else None


def version_table_of(text: str | None) -> TableName:
    """Turn --version-table into a name."""
    return read_table(text, "--version-table") or DEFAULT_VERSION_TABLE
