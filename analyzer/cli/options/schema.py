"""The options of ``schema`` alone, and which comparison they ask for."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.decisions import FRAMEWORK
from analyzer.cli.options.environments import environment_options
from analyzer.errors import UsageError
from analyzer.workflow.schema.schema import Against

_OPTIONS = (
    click.option("--repo", metavar="PATH", help="Git repository; default: the one around you."),
    click.option("--ref", metavar="REV", help="Read this commit; default: the working tree."),
    click.option(
        "--dir",
        "directories",
        metavar="PATH",
        multiple=True,
        help="Migration folder from the repository's root, repeatable; default: the application "
        "with the most migrations, or with the versions that the compared database ran.",
    ),
    click.option(
        "--diff",
        "against",
        type=click.Choice([against.value for against in Against]),
        help="Compare with the database, or with db/schema.rb or db/structure.sql.",
    ),
    click.option("--schema-file", metavar="PATH", help="Compare with this schema file."),
    environment_options,
    click.option(
        "--database-url",
        metavar="URL",
        help="For --diff database; default: DATABASE_URL, then libpq's PG* variables.",
    ),
    click.option(
        "--exec",
        "exec_prefix",
        metavar="PREFIX",
        help="For --diff database: run psql through this, such as 'docker compose exec -T db'.",
    ),
    click.option(
        "--version-table",
        "--table",
        "table",
        metavar="[SCHEMA.]NAME",
        help="For --diff database: the version table, whose schema and prefix count.",
    ),
    FRAMEWORK,
)


def schema_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that only ``schema`` has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def read_comparison(against: str | None, schema_file: str | None, format_: str) -> Against | None:
    """Which comparison is asked for; --schema-file alone asks for one as well."""
    wanted = Against(against) if against else Against.SCHEMA_FILE if schema_file else None
    if schema_file and wanted is Against.DATABASE:
        raise UsageError(
            "--diff database and --schema-file were both given",
            why="one comparison is made at a time",
            fix="leave one of the two out",
        )
    if wanted is not None and format_ == "ruby":
        raise UsageError(
            "--format ruby cannot show a comparison",
            why="it writes the schema of the files in the language of db/schema.rb",
            fix="leave out --diff and --schema-file, or take --format text or json",
        )
    return wanted
