"""The options of ``check`` alone."""

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from analyzer.cli.options.decisions import FRAMEWORK
from analyzer.cli.options.environments import environment_options


def complete_code(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[Any]:
    """Offer the codes that begin so."""
    from analyzer.services.gate.explain import titles

    return [CompletionItem(code, help=title) for code, title in titles(begun).items()]


_SIDES = (
    click.option(
        "--repo", metavar="PATH", help="Git repository; default: the one around this folder."
    ),
    click.option(
        "--base",
        metavar="REV",
        help="What the change goes into; default: what the CI system says, else origin/HEAD.",
    ),
    click.option("--ref", metavar="REV", help="The change; default: the working tree."),
    click.option("--staged", is_flag=True, help="Check what is about to be committed."),
    click.option(
        "--also",
        metavar="REF",
        multiple=True,
        help="Another open branch that may be merged first, repeatable.",
    ),
    click.argument("more", nargs=-1, metavar="[REF]..."),
    click.option(
        "--since", metavar="TAG", help="Only migrations of this release count as deployed."
    ),
    environment_options,
    click.option(
        "--database-url", metavar="URL", help="Only what ran in this database counts as deployed."
    ),
    click.option(
        "--rows",
        metavar="FILE",
        help="Only these applied versions count as deployed; formats as for diagnose.",
    ),
    click.option(
        "--dir",
        "directories",
        metavar="PATH",
        multiple=True,
        help="Migration folder from the repository's root, repeatable; default: by convention.",
    ),
    FRAMEWORK,
)
EXPLAIN = click.option(
    "--explain",
    metavar="CODE",
    shell_complete=complete_code,
    help="Explain what a finding means, and do nothing else.",
)
FIX = click.option(
    "--fix",
    is_flag=True,
    help="Carry out the fix, after asking; edits become a new migration.",
)


def sides_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is compared with what."""
    for option in reversed(_SIDES):
        function = option(function)
    return function
