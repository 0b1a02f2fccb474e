"""The layout of a report on a screen: colours, lines that fit, tables."""

import textwrap
from collections.abc import Sequence

from analyzer.model.words.text import visible
from analyzer.records import Struct

NARROWEST = 60
RED, YELLOW, BOLD, PLAIN = "\x1b[31;1m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


class Style(Struct, frozen=True):
    """The width of the reader's screen, and whether it shows colour, and no more than ASCII."""

    width: int = 80
    colour: bool = False
    plain: bool = False

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
        return textwrap.fill(text, self.width, break_long_words=False, break_on_hyphens=False)

    def hang(self, text: str, indent: int) -> str:
        """Break a text into lines, all but the first indented."""
        return textwrap.fill(
            text,
            self.width,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )

    def table(self, title: str, columns: Sequence[str], body: Sequence[Sequence[str]]) -> str:
        """Lay rows out under a title and their columns' names; empty where there are no rows."""
        if not body:
            return ""
        from tabulate import tabulate

        cells = [[visible(cell) for cell in row] for row in body]
        widths = _column_widths(columns, cells, self.width)
        text = tabulate(
            cells, columns, tablefmt="simple", disable_numparse=True, maxcolwidths=widths
        )
        return f"{self.heading(title)}\n{text}"


def _column_widths(
    columns: Sequence[str], cells: Sequence[Sequence[str]], width: int
) -> list[int | None]:
    """Wrap columns of several words until the table fits; names and versions stay whole."""
    by_column = [[columns[place], *(row[place] for row in cells)] for place in range(len(columns))]
    natural = [max(map(len, texts)) for texts in by_column]
    least = [
        max(len(word) for text in texts for word in text.split() or [""]) for texts in by_column
    ]
    widths = list(natural)
    excess = sum(widths) + 2 * (len(columns) - 1) - width
    while excess > 0:
        slack = [wide - narrow for wide, narrow in zip(widths, least, strict=True)]
        if max(slack) <= 0:
            break  # a long name is better read past the edge than broken
        widths[slack.index(max(slack))] -= 1
        excess -= 1
    return [
        None if wanted == given else given for wanted, given in zip(natural, widths, strict=True)
    ]
