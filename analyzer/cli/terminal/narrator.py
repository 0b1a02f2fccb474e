"""Tells which programs are run, for --verbose."""

import os
import shlex
import sys
from typing import Any

from analyzer.cli.terminal.console import say
from analyzer.cli.terminal.screen import wished

_LONGEST = 300  # characters of a line
_listens = False


def narrate() -> None:
    """Tell of every program from now on, as far as this run asked for it."""
    global _listens  # noqa: PLW0603  Python keeps a hook for good, so there is one
    if not _listens:
        _listens = True
        sys.addaudithook(_hear)


def _hear(event: str, details: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen" and wished().verbose:
        given = details[1] if isinstance(details[1], (list, tuple)) else [details[1]]
        line = shlex.join(_telling([os.fsdecode(word) for word in given]))
        say(f"runs: {line if len(line) <= _LONGEST else line[:_LONGEST] + ' ...'}")


def _telling(words: list[str]) -> list[str]:
    """Leave out the settings with which every call of a program is hardened."""
    pairs = zip(["", *words], words, [*words[1:], ""], strict=False)
    return [
        word
        for before, word, behind in pairs
        if not (word == "-c" and "=" in behind) and not (before == "-c" and "=" in word)
    ]
