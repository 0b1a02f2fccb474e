"""The options of ``rename-back`` alone, and what of them contradicts each other."""

from collections.abc import Callable
from typing import Any

import click

from analyzer.errors import UsageError

_OPTIONS = (
    click.option(
        "--format",
        "format_",
        type=click.Choice(["sh", "patch", "json"]),
        default="sh",
        help="A shell script (default), a patch for git apply, or the plan, or what --apply did, "
        "as JSON.",
    ),
    click.option("--git", is_flag=True, help="Stage the moves in the index too, as git mv does."),
    click.option("--undo", is_flag=True, help="Print the way back instead."),
)


def rename_back_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that only ``rename-back`` has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def demand_script(format_: str, *, undo: bool) -> None:
    """Refuse to carry out what is to be printed in another form.

    Raises:
        UsageError: the options contradict each other.
    """
    if undo:
        raise UsageError(
            "--apply and --undo were both given",
            why="--undo prints the way back of a repair that is still to come",
            fix="take a repair back that was carried out: migdoctor undo",
        )
    if format_ == "patch":
        raise UsageError(
            "--apply runs the shell script, and --format patch asks for another form",
            why="what is shown is what runs",
            fix="leave out --format, or run: migdoctor rename-back --format patch | git apply",
        )
