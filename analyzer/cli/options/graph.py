"""The options of ``graph`` alone."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.options.common import EXEC, VERSION_TABLE
from analyzer.cli.options.decisions import FRAMEWORK
from analyzer.cli.options.environments import environment_options
from analyzer.cli.options.everywhere import format_option

# the formats but text, each rendered by a module of analyzer.report that loads when it is asked for
FORMATS = {
    "json": "graph_json",
    "mermaid": "graph_mermaid",
    "dot": "graph_dot",
    "svg": "graph_svg",
}
_OPTIONS = (
    click.option(
        "--repo", metavar="PATH", help="Git repository; default: the one around this folder."
    ),
    click.option(
        "--ref", metavar="REV", help="Read the files at this commit; default: working tree."
    ),
    click.option(
        "--dir",
        "directories",
        metavar="PATH",
        multiple=True,
        help="Migration folder from the repository's root, repeatable; default: the application "
        "with the most migrations.",
    ),
    FRAMEWORK,
    environment_options,
    click.option(
        "--database-url",
        metavar="URL",
        help="Mark what is applied, renamed and pending there; default: DATABASE_URL, libpq's PG* "
        "variables, then the application's own file; without any, nothing is marked.",
    ),
    click.option("--rows", metavar="FILE", help="The same, from a file of applied versions."),
    EXEC,
    VERSION_TABLE,
    click.option("--deployed", metavar="REV", help="The commit that is deployed there."),
    format_option(["text", *FORMATS]),
    click.option("--around", metavar="VERSION", help="Only this migration and those near it."),
    click.option(
        "--depth",
        type=click.IntRange(min=0),
        default=1,
        show_default=True,
        help="How many steps from --around.",
    ),
    click.option(
        "--all",
        "all_",
        is_flag=True,
        help="Show every migration; default above 60: those that break the order or were renamed, "
        "and those next to them.",
    ),
    click.option(
        "--fix",
        metavar="VERSION",
        help="Write the fix for this migration's order violation, as a patch for git apply.",
    ),
)


def graph_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that only ``graph`` has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
