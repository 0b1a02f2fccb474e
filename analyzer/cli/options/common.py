"""The options that all commands share which pair rows with files."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.decisions import DECISIONS, FRAMEWORK, NOTES
from analyzer.cli.options.environments import environment_options

EXEC = click.option(
    "--exec",
    "exec_prefix",
    metavar="PREFIX",
    help="Run psql through this, such as 'docker compose exec -T db'.",
)
VERSION_TABLE = click.option(
    "--version-table",
    "--table",
    "table",
    metavar="[SCHEMA.]NAME",
    help="The version table, if it is not found by itself.",
)
_OPTIONS = (
    click.option(
        "--repo",
        metavar="PATH",
        help="Git repository, bare ones too; default: the one around the current folder.",
    ),
    click.option("--ref", metavar="REV", help="Read this commit; default: the working tree."),
    click.option(
        "--dir",
        "directories",
        metavar="PATH",
        multiple=True,
        help="Migration folder from the root, repeatable; default: found by convention.",
    ),
    FRAMEWORK,
    click.option(
        "--deployed",
        metavar="REV",
        help="The commit that production runs; default: inferred from the rows.",
    ),
    environment_options,
    click.option(
        "--database-url",
        metavar="URL",
        help="Default: DATABASE_URL, libpq's PG* variables, then the application's own file.",
    ),
    click.option(
        "--rows",
        metavar="FILE",
        help="Applied versions without a database: pg_dump text, structure.sql, psql or CSV "
        "output, db:migrate:status output, or one version a line; - is standard input.",
    ),
    EXEC,
    VERSION_TABLE,
    NOTES,
    *DECISIONS,
    click.option(
        "--no-cache",
        is_flag=True,
        help="Read the whole history again, and keep nothing of it in the user's cache folder.",
    ),
    click.option(
        "-o", "--output", metavar="FILE", help="Write there instead of to standard output."
    ),
)


def common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that all commands share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
