"""The options of ``migdoctor record``."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.common import EXEC, VERSION_TABLE
from analyzer.cli.options.decisions import FRAMEWORK
from analyzer.cli.options.environments import environment_options
from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.fleets import fleet_options

_OPTIONS = (
    click.option(
        "--repo",
        metavar="PATH",
        help="Git repository, bare ones too; default: the one around the current folder.",
    ),
    click.option(
        "--dir",
        "directories",
        metavar="PATH",
        multiple=True,
        help="Migration folder from the repository's root, repeatable; "
        "default: found by convention.",
    ),
    FRAMEWORK,
    click.option(
        "--deployed",
        metavar="REV",
        help="The commit that ran; default: what the CI system says (GITHUB_SHA, CI_COMMIT_SHA and "
        "others), or the work tree's, where it is clean.",
    ),
    environment_options,
    fleet_options,
    click.option(
        "--database-url",
        metavar="URL",
        help="Default: DATABASE_URL, then libpq's PG* variables and service file.",
    ),
    click.option(
        "--rows", metavar="FILE", help="Applied versions without a database; only with --to."
    ),
    EXEC,
    VERSION_TABLE,
    click.option("--to", metavar="FILE", help="Keep the notes in this file instead of in a table."),
    click.option(
        "--anew",
        is_flag=True,
        help="Start a new chain of notes after those that are no longer valid.",
    ),
    format_option(["text", "json"]),
    click.option(
        "-o", "--output", metavar="FILE", help="Write to FILE instead of standard output."
    ),
)


def record_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
