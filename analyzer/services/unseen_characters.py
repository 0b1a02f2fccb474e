"""What runs is shown first: a script that holds what a reader would not see goes out by no way."""

from analyzer.errors import RefusedError
from analyzer.model.words.text import unseen_line, visible

_SHOWN = 120  # characters of a line that is refused


def demand_seen(text: str) -> None:
    """Insist that a reader of a script sees all of it.

    Raises:
        RefusedError: a line holds a character that does not print.
    """
    number = unseen_line(text)
    if number is not None:
        raise RefusedError(
            f"line {number} of what was to be written holds a character that does not print: "
            f"{visible(text.split(chr(10))[number - 1])[:_SHOWN]}",
            why="what is shown must be what runs",
            fix="give the file, table or database that the line names another name; --format json "
            "tells the plan",
        )
