"""A text of any size, seen through a window: however long a line is, memory stays small."""

import re
from collections.abc import Iterator

from analyzer.errors import RowsError

LOOKAHEAD = 1 << 16  # bytes in sight, so that a word is never cut
LONGEST_LINE = 1 << 16  # bytes; no form of applied versions has longer lines
_LONGEST_MARK = 128  # bytes; PostgreSQL's names, and so dollar tags, end at 63


class Window:
    """Reads on through chunks of UTF-8 text and counts the lines that it leaves behind.

    ``place`` is the text's name for messages, ``line`` the one-based line; the reader stands at
    ``position`` in ``seen``.
    """

    def __init__(self, chunks: Iterator[bytes], place: str) -> None:
        self.place = place
        self.line = 1
        self.seen = b""
        self.position = 0
        self._chunks = chunks

    def look_ahead(self) -> None:
        """Bring the next bytes into sight, so that no word is cut."""
        self._see(LOOKAHEAD)

    def peek(self, count: int) -> bytes:
        """Look at the next bytes, as many as the text still has, without moving."""
        self._see(count)
        return self.seen[self.position : self.position + count]

    def _see(self, count: int) -> None:
        while len(self.seen) - self.position < count and self._grow():
            pass

    def move_to(self, position: int) -> None:
        """Step on to a position in ``seen``."""
        self.line += self.seen.count(b"\n", self.position, position)
        self.position = position

    def pass_mark(self, mark: re.Pattern[bytes], keep: int = 0) -> tuple[bytes, bytes]:
        """Step past the next mark, or to the end of the text.

        Args:
            mark: fixed texts, none the beginning of another.
            keep: how many of the bytes before the mark are wanted at most.

        Returns:
            The bytes before the mark, and the mark; empty where there is none.
        """
        kept = b""
        while True:
            found = mark.search(self.seen, self.position)
            end = found.start() if found else len(self.seen) - _LONGEST_MARK
            end = max(end, self.position)
            kept += self.seen[self.position : min(end, self.position + keep - len(kept))]
            self.move_to(found.end() if found else end)
            if found:
                return kept, found[0]
            if not self._grow():
                kept += self.seen[self.position :][: keep - len(kept)]
                self.move_to(len(self.seen))
                return kept, b""

    def read_line(self) -> bytes | None:
        """Read to the end of the line, which is left out; None at the end of the text.

        Raises:
            RowsError: the line is longer than any line with versions.
        """
        end = self.seen.find(b"\n", self.position)
        if 0 <= end <= self.position + LONGEST_LINE:  # nearly always
            text, self.position = self.seen[self.position : end], end + 1
            self.line += 1
            return text.removesuffix(b"\r")
        number, ahead = self.line, self.peek(LONGEST_LINE + 2)
        text, mark, _ = ahead.partition(b"\n")
        if len(text) > LONGEST_LINE:
            raise RowsError(
                f"line {number} of {self.place} is longer than {LONGEST_LINE} bytes",
                why="no list of versions has such lines",
                fix="pass a dump, or the versions one per line",
            )
        self.move_to(self.position + len(text) + len(mark))
        return text.removesuffix(b"\r") if ahead else None

    def _grow(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self.seen = self.seen[self.position :] + chunk
        self.position = 0
        return True
