"""The options of ``backup`` alone, and what they ask to be in it."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.errors import UsageError
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.recovery.backup import Content, Form

_OPTIONS = (
    click.option("--data-only", is_flag=True, help="Rows only; the schema is saved with them."),
    click.option("--schema-only", is_flag=True, help="Structure only."),
    click.option(
        "--table",
        "tables",
        metavar="[SCHEMA.]NAME",
        multiple=True,
        help="Only this table's rows, repeatable; the schema is saved with them.",
    ),
    click.option(
        "--form",
        type=click.Choice([form.value for form in Form]),
        help="pg_dump's format; default: custom.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Dump in parallel, into a directory.",
    ),
    click.option(
        "--compress",
        type=click.IntRange(0, 9),
        default=6,
        show_default=True,
        help="gzip's level; 0 for none.",
    ),
    click.option("--no-checksums", is_flag=True, help="Do not count and check the rows."),
    click.option(
        "--verify",
        is_flag=True,
        help="Restore it into a scratch database and compare every table.",
    ),
    click.option(
        "--before",
        type=click.Choice([RepairKind.REWRITE.value]),
        help="The repair that follows: what to do next is then the rest of it.",
    ),
)


def backup_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that only ``backup`` has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def read_content(*, data_only: bool, schema_only: bool, tables: tuple[str, ...]) -> Content:
    """Tell what the backup is of.

    Raises:
        UsageError: several things were asked for.
    """
    given = {
        Content.DATA_ONLY: data_only,
        Content.SCHEMA_ONLY: schema_only,
        Content.TABLES: bool(tables),
    }
    wanted = [content for content, asked in given.items() if asked]
    if len(wanted) > 1:
        raise UsageError(
            "--data-only, --schema-only and --table were given together",
            why="a backup is of one of these",
            fix="leave all but one of them out",
        )
    return wanted[0] if wanted else Content.FULL
