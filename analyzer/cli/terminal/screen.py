"""What the stream that a text goes to can show."""

import os
from typing import TextIO

from analyzer.limits import NARROWEST, WIDEST, read_number
from analyzer.records import Struct

DEFAULT_WIDTH = 80


class Screen(Struct, frozen=True):
    """How wide a line may be, and whether colours are seen."""

    width: int
    colour: bool


def screen(stream: TextIO | None, output: str | None = None) -> Screen:
    """Ask the stream: colour only on a terminal, never with NO_COLOR set, nor into a file."""
    if stream is None:
        return Screen(DEFAULT_WIDTH, colour=False)
    terminal = stream.isatty()
    obeyed = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    colour = terminal and obeyed and output is None
    columns = read_number(os.environ.get("COLUMNS", ""))
    if columns:
        return Screen(min(max(columns, NARROWEST), WIDEST), colour)
    width = os.get_terminal_size(stream.fileno()).columns if terminal else DEFAULT_WIDTH
    return Screen(width or DEFAULT_WIDTH, colour)
