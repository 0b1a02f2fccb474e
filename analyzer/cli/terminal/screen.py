"""What the stream that a text goes to can show, and what of it is wished for."""

import os
import sys
from typing import TextIO

from analyzer.cli.terminal.stream import is_terminal
from analyzer.limits import NARROWEST, WIDEST, read_number
from analyzer.records import Struct

DEFAULT_WIDTH = 80


class Wishes(Struct, frozen=True):
    """``color`` is auto, always or never; ``typed`` are the words of the command line."""

    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    typed: tuple[str, ...] = ()


_now = Wishes()


def wished() -> Wishes:
    """What was asked for so far."""
    return _now


def wish(wishes: Wishes) -> None:
    """Ask for it from now on."""
    global _now  # noqa: PLW0603  one program, one run
    _now = wishes


class Screen(Struct, frozen=True):
    """How wide a line may be, whether colours are seen, and whether nothing but ASCII is."""

    width: int
    colour: bool
    plain: bool = False


def screen(stream: TextIO | None, output: str | None = None) -> Screen:
    """Ask the stream how wide it is, and whether it shows colours; a file shows none."""
    if stream is None:
        return Screen(DEFAULT_WIDTH, colour=False)
    terminal = stream.isatty()
    colour = output is None and _coloured(terminal=terminal)
    columns = read_number(os.environ.get("COLUMNS", ""))
    if columns:
        return Screen(min(max(columns, NARROWEST), WIDEST), colour, _plain())
    width = os.get_terminal_size(stream.fileno()).columns if terminal else DEFAULT_WIDTH
    return Screen(width or DEFAULT_WIDTH, colour, _plain())


def _coloured(*, terminal: bool) -> bool:
    """By --color, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal."""
    wanted = wished().color
    if wanted != "auto":
        return wanted == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def shows_progress() -> bool:
    """Whether messages go to a terminal on which a line can be drawn anew."""
    return is_terminal(sys.stderr) and os.environ.get("TERM", "dumb") != "dumb"


def _plain() -> bool:
    """By the locale; one that is not named is taken for one of today."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, named), "utf-8")
    return "utf" not in locale.lower()
