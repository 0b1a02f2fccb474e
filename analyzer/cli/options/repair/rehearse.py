"""The options that only ``rehearse`` has."""

from collections.abc import Callable
from typing import Any

import click

_OPTIONS = (
    click.option(
        "--repair",
        type=click.Choice(["rewrite", "rename-back"]),
        help="Which repair to try; default: the one that migdoctor advise recommends.",
    ),
    click.option(
        "--scratch-url",
        metavar="URL",
        help="An empty database to try it in; default: an embedded temporary server.",
    ),
    click.option(
        "--dump", metavar="FILE", help="Make the copy from this dump, not from the live database."
    ),
    click.option("--with-data", is_flag=True, help="Copy all rows, not only the version rows."),
    click.option(
        "--migrate-command",
        metavar="COMMAND",
        help="Run this after the repair, if it is seen to use DATABASE_URL: the scratch database.",
    ),
    click.option(
        "--keep-copy",
        "keep",
        is_flag=True,
        help="Do not empty the database of --scratch-url again.",
    ),
    click.option("--trust-migrate-command", is_flag=True, help="Run it even if that was not seen."),
)


def rehearse_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add them."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
