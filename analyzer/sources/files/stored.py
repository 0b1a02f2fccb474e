"""Versions as a file holds them: kept small, and counted, however many there are."""

from array import array
from collections.abc import Iterator

from analyzer import limits
from analyzer.errors import RowsError
from analyzer.model.core.table_row import NO_COLUMNS, Columns
from analyzer.records import Struct

_PLAIN_DIGITS = 19  # a number of so many fits into eight bytes
_WEIGHT = 100  # bytes that a text takes besides its characters


class Stored(Struct, frozen=True):
    """A stored version and its one-based line; ``text`` None is NULL."""

    text: str | None
    line: int
    columns: Columns = NO_COLUMNS


class StoredRows:
    """Stored versions in their order, a few bytes each: most are plain numbers."""

    def __init__(self, place: str) -> None:
        self.numbers, self.lines = array("Q"), array("Q")
        self.odd: dict[int, str | None] = {}  # by place in the order: what is no plain number
        self.columns: dict[int, Columns] = {}  # by place, of rows that hold more than a version
        self.missing = 0  # NULLs
        self._place, self._weight = place, 0

    def add(self, text: str | None, line: int, columns: Columns = NO_COLUMNS) -> None:
        """Take the next one.

        Raises:
            RowsError: there are too many, or this one is too long.
        """
        if columns is not NO_COLUMNS:  # their length would be asked a million times
            self._add_columns(columns)
        if len(self.numbers) >= limits.ROWS.most:
            raise limits.ROWS.exceeded(RowsError, self._place)
        if text is not None and text.isdigit() and text.isascii() and _is_plain(text):
            self.numbers.append(int(text))
        else:
            self._add_odd(text, line)
        self.lines.append(line)

    def _add_odd(self, text: str | None, line: int) -> None:
        check_length(text, f"line {line} of {self._place}", RowsError)
        self.missing += text is None
        self._weigh(len(text or ""))
        self.odd[len(self.numbers)] = text
        self.numbers.append(0)

    def _add_columns(self, columns: Columns) -> None:
        self._weigh(sum(len(value or "") for value in columns.values()))
        self.columns[len(self.numbers)] = columns

    def _weigh(self, characters: int) -> None:
        self._weight += _WEIGHT + characters
        if self._weight > limits.ODD_ROWS.most:
            raise limits.ODD_ROWS.exceeded(RowsError, self._place)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Stored]:
        for at, (number, line) in enumerate(zip(self.numbers, self.lines, strict=True)):
            text = self.odd[at] if at in self.odd else str(number)
            yield Stored(text, line, self.columns.get(at, NO_COLUMNS))


def _is_plain(text: str) -> bool:
    return len(text) <= _PLAIN_DIGITS and (text[0] != "0" or text == "0")


def check_length(text: str | None, place: str, kind: type[limits.Kind]) -> None:
    """Refuse a stored text that is longer than any version.

    Raises:
        AnalyzerError: it is; of the class ``kind``.
    """
    if text is not None and len(text) > limits.VERSION_TEXT.most:
        raise limits.VERSION_TEXT.exceeded(kind, place)
