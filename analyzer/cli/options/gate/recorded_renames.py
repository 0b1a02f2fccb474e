"""The options of ``check`` that record renames, and how they become a value."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.services.gate.write_renames import RecordWish

_RECORDING = (
    click.option(
        "--write-renames",
        is_flag=True,
        help="Append the renames of the change that are certain to db/renames.toml, for renames "
        "on purpose; what is written there stays as it is.",
    ),
    click.option("--reason", metavar="TEXT", help="With --write-renames: why they were renamed."),
    click.option(
        "--dry-run", is_flag=True, help="With --write-renames: show it, and write nothing."
    ),
)


def recording_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that record renames."""
    for option in reversed(_RECORDING):
        function = option(function)
    return function


def read_recording(
    *, fix: bool, write_renames: bool, reason: str | None, dry_run: bool, **sides: Any
) -> tuple["RecordWish | None", dict[str, Any]]:
    """Turn option values into how renames are recorded, None where they are not; and the rest.

    Raises:
        UsageError: options do not go together.
    """
    if write_renames and fix:
        raise UsageError(
            "--fix and --write-renames were both given",
            why="--fix gives the files their old names back, --write-renames keeps the new ones",
            fix="leave one of the two out",
        )
    given = "--reason" if reason is not None else "--dry-run" if dry_run else None
    if given is not None and not write_renames:
        raise UsageError(
            f"{given} was given without --write-renames",
            why="it says how renames are recorded",
            fix=f"add --write-renames, or leave {given} out",
        )
    if not write_renames:
        return None, sides
    from analyzer.services.gate.write_renames import RecordWish

    return RecordWish(reason, dry_run), sides
