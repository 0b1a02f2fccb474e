"""The layout of a report on a screen: colours, lines that fit, tables."""

from collections.abc import Sequence

from analyzer.model.words.text import visible
from analyzer.records import Struct
from analyzer.report.wrapping import filled

NARROWEST = 60
RED, YELLOW, BOLD, PLAIN = "\x1b[31;1m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


class Style(Struct, frozen=True):
    """The width of the reader's screen, and whether it shows colour, and no more than ASCII.

    ``whole``: long lists to their end.
    """

    width: int = 80
    colour: bool = False
    plain: bool = False
    whole: bool = False

    def paint(self, text: str, colour: str) -> str:
        """Put a text in colour where there is colour."""
        return f"{colour}{text}{PLAIN}" if self.colour else text


class ScreenLayout(Struct, frozen=True):
    """Fits texts to a reader's screen."""

    style: Style

    @property
    def width(self) -> int:
        """In how many columns a line ends."""
        return max(self.style.width, NARROWEST)

    def heading(self, text: str) -> str:
        """Set a line apart as the title of what follows."""
        return self.style.paint(text, BOLD)

    def paragraph(self, text: str, colour: str) -> str:
        """Fill a text and put it in colour."""
        return self.style.paint(self.fill(visible(text)), colour)

    def fill(self, text: str) -> str:
        """Break a text into lines."""
        return filled(text, self.width)

    def hang(self, text: str, indent: int) -> str:
        """Break a text into lines, all but the first indented."""
        return filled(text, self.width, rest=" " * indent)

    def table(self, title: str, columns: Sequence[str], body: Sequence[Sequence[str]]) -> str:
        """Lay rows out under a title and their columns' names; empty where there are no rows."""
        if not body:
            return ""
        from analyzer.report.diagnosis.terminal_table import lay_out

        cells = [[visible(cell) for cell in row] for row in body]
        return f"{self.heading(title)}\n{lay_out(columns, cells, self.width)}"
