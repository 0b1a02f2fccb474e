"""Columns of a terminal: how many a text takes, texts cut to fit, lines that cross."""

import unicodedata
from collections.abc import Mapping

from analyzer.records import Struct, field

NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
_LINES = {
    EAST | WEST: "─",
    NORTH | SOUTH: "│",
    EAST | SOUTH: "┌",
    SOUTH | WEST: "┐",
    NORTH | EAST: "└",
    NORTH | WEST: "┘",
    NORTH | SOUTH | EAST: "├",
    NORTH | SOUTH | WEST: "┤",
    EAST | WEST | SOUTH: "┬",
    EAST | WEST | NORTH: "┴",
    NORTH | EAST | SOUTH | WEST: "┼",
    EAST: "─",
    WEST: "─",
    NORTH: "│",
    SOUTH: "│",
}
_WIDE = frozenset({"W", "F"})
_UPON_OTHERS = frozenset({"Mn", "Me", "Cf"})  # categories of what takes no column of its own


def width_of(text: str) -> int:
    """How many columns a text takes: wide characters two, marks upon others none."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in _UPON_OTHERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def cut(text: str, width: int, more: str) -> str:
    """Shorten a text to a width; ``more`` shows that something is left out."""
    if width_of(text) <= width:
        return text
    kept, room = "", width - len(more)
    for character in text:
        room -= _width(character)
        if room < 0:
            break
        kept += character
    return kept + more


def padded(text: str, width: int) -> str:
    """Fill a text with blanks up to a width."""
    return text + " " * (width - width_of(text))


class LineCanvas(Struct, frozen=True):
    """Lines and signs by column, of one line of the terminal; where lines cross, they join."""

    lines: dict[int, int] = field(default_factory=dict)
    signs: dict[int, str] = field(default_factory=dict)

    def turn(self, column: int, sides: int) -> None:
        """Draw a line from the middle of a column to some of its sides."""
        self.lines[column] = self.lines.get(column, 0) | sides

    def across(self, start: int, end: int) -> None:
        """Draw a horizontal line between two columns, without them."""
        for column in range(start + 1, end):
            self.turn(column, EAST | WEST)

    def shown(self, width: int, plain: Mapping[str, str] | None = None) -> str:
        """Show it.

        Args: plain: what to write for the signs of lines, where they cannot be shown.
        """
        drawn = {column: _LINES[sides] for column, sides in self.lines.items()}
        if plain is not None:
            drawn = {column: plain.get(sign, "+") for column, sign in drawn.items()}
        cells = drawn | self.signs
        return "".join(cells.get(column, " ") for column in range(width))
