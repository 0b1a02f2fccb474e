"""How long work tells how far it is; the command line decides how that looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Somebody who watches. Called from several threads."""

    def begin(self, title: str, total: int) -> None:
        """Start a piece of work of so many bytes."""

    def advance(self, size: int, doing: str = "") -> None:
        """Say that so many bytes more are done, and what comes now."""

    def end(self) -> None:
        """Say that the piece of work is over, well or not."""

    def say(self, text: str) -> None:
        """Tell a line of news."""


class Silent:
    """Nobody watches."""

    def begin(self, title: str, total: int) -> None:
        """See `Progress.begin`."""

    def advance(self, size: int, doing: str = "") -> None:
        """See `Progress.advance`."""

    def end(self) -> None:
        """See `Progress.end`."""

    def say(self, text: str) -> None:
        """See `Progress.say`."""


@contextmanager
def under_way(progress: Progress, title: str, total: int) -> Iterator[None]:
    """Show a piece of work of so many bytes, from its beginning to its end, well or not."""
    progress.begin(title, total)
    try:
        yield
    finally:
        progress.end()
