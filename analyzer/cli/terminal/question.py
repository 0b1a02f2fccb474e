"""Questions and sentences at the terminal, in lines that fit: only y and yes mean yes."""

import sys

import click

from analyzer.cli.terminal.console import for_people, insist
from analyzer.cli.terminal.screen import screen
from analyzer.cli.terminal.stream import is_terminal
from analyzer.errors import UsageError

_ANSWERS = "[y/N]"
_ROOM = 2  # columns for the answer behind a question


def demand_terminal(command: str) -> None:
    """Refuse early where nobody could answer.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if can_ask():
        return
    raise UsageError(
        f"{command} asks before it changes anything, and there is no terminal to ask at",
        why="standard input or standard error is a file or a pipe, as in a script or in CI",
        fix="pass --yes if it may go ahead; --dry-run shows what it would do",
    )


def ask(question: str, declined: str = "Nothing was changed.") -> bool:
    """Ask; where the answer is no, say what that means.

    Raises:
        UsageError: there is nobody to ask, and the question was not known early enough for
            ``demand_terminal``.
    """
    if not can_ask():
        raise UsageError(
            f"nobody can be asked: {question}",
            why="standard input or standard error is not a terminal",
            fix="look at what is shown above, then run it again with --yes",
        )
    from analyzer.report.wrapping import filled_lines

    width = screen(sys.stderr).width - _ROOM
    told = filled_lines(for_people(f"{question} {_ANSWERS}"), width)
    answer = click.prompt(told, default="no", show_default=False, prompt_suffix=" ", err=True)
    if str(answer).strip().lower() in ("y", "yes"):
        return True
    if declined:
        insist(declined)
    return False


def told_in_lines(text: str) -> str:
    """Break what is told where the terminal ends; a log keeps its lines whole."""
    if not is_terminal(sys.stderr):
        return text
    from analyzer.report.wrapping import filled_prose

    return filled_prose(text, screen(sys.stderr).width)


def can_ask() -> bool:
    """Whether there is somebody to ask."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)
