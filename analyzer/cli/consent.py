"""Asking before the world is changed."""

import sys

from analyzer.cli.console import say
from analyzer.errors import UsageError


def ask(question: str, *, yes: bool) -> bool:
    """Ask on the terminal; ``--yes`` is the answer of scripts.

    Raises:
        UsageError: there is nobody to ask.
    """
    if yes:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            f"nobody can be asked: {question}",
            why="standard input is no terminal",
            fix="look at what is shown above, then run it again with --yes",
        )
    say(f"{question} Type yes to go on: ".rstrip())
    return sys.stdin.readline().strip().lower() in ("y", "yes")
