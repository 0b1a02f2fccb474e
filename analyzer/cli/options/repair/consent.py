"""The options that say how something is carried out that changes the world."""

from collections.abc import Callable
from typing import Any

import click

YES = click.option("--yes", is_flag=True, help="Skip the question; for scripts.")
DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Do all but the last step: check everything, change nothing."
)
APPLY = click.option(
    "--apply", "apply_", is_flag=True, help="Carry it out, after asking, instead of printing it."
)
ALLOW_DIRTY = click.option(
    "--allow-dirty", is_flag=True, help="Continue even though files have uncommitted changes."
)


def apply_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both repairs need to be carried out."""
    for option in (YES, DRY_RUN, APPLY):
        function = option(function)
    return function
