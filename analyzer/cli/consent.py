"""Asking before something is changed, and the options that say how."""

import sys
from collections.abc import Callable
from typing import Any

import click

from analyzer.cli.console import for_people, say
from analyzer.engines.postgresql.scripts.sql_file import is_time
from analyzer.errors import UsageError

LOCK_TIMEOUT = click.option(
    "--lock-timeout",
    metavar="TIME",
    default="5s",
    show_default=True,
    help="How long to wait for the version table's lock.",
)
YES = click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Do all but the last step: check everything, change nothing."
)
APPLY = click.option(
    "--apply", "apply_", is_flag=True, help="Carry it out, after asking, instead of printing it."
)
ALLOW_DIRTY = click.option(
    "--allow-dirty", is_flag=True, help="Although files in the folder are not as committed."
)


def apply_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both repairs need to be carried out."""
    for option in (YES, DRY_RUN, APPLY):
        function = option(function)
    return function


def demand_time(text: str) -> None:
    """Check a --lock-timeout.

    Raises:
        UsageError: PostgreSQL would not take it.
    """
    if not is_time(text):
        raise UsageError(
            f"--lock-timeout {text!r} is no time to wait",
            why="it is a number above 0 and a unit (ms, s, min, h or d), at most 24 days",
            fix="for example: --lock-timeout 5s",
        )


def demand_consent_is_possible(command: str, *, yes: bool) -> None:
    """Refuse early where nobody could answer.

    Raises:
        UsageError: neither is there a terminal to ask at, nor was --yes given.
    """
    if yes or _terminal():
        return
    raise UsageError(
        f"{command} asks before it changes anything, and there is no terminal to ask at",
        why="standard input or standard error is a file or a pipe, as in a script or in CI",
        fix="pass --yes if it may go ahead; see with --dry-run what it would do",
    )


def ask(question: str, *, yes: bool) -> bool:
    """Ask, unless --yes answered; only y and yes mean yes.

    Raises:
        UsageError: there is nobody to ask, and the question was not known early enough for
            ``demand_consent_is_possible``.
    """
    if yes:
        return True
    if not _terminal():
        raise UsageError(
            f"nobody can be asked: {question}",
            why="standard input or standard error is no terminal",
            fix="look at what is shown above, then run it again with --yes",
        )
    answer = click.prompt(
        for_people(question), default="no", show_default=False, prompt_suffix=" [y/N] ", err=True
    )
    if str(answer).strip().lower() in ("y", "yes"):
        return True
    say("Nothing was changed.")
    return False


def _terminal() -> bool:
    streams = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)
