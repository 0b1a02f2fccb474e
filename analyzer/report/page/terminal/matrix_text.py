"""The matrix of environments for a terminal."""

from collections.abc import Iterator, Sequence

from analyzer.model.words.text import visible
from analyzer.report.diagnosis.terminal_layout import RED, ScreenLayout
from analyzer.report.page.terminal.cells import cut, padded, width_of
from analyzer.report.page.terminal.marks import CELL_COLOURS, LOUD, OF_CELLS, SignSet
from analyzer.report.page.view.level import Level
from analyzer.report.page.view.matrix import Cell, Matrix, PairRun, ViewColumn

_LEAST, _MOST = 24, 42  # columns for the name of a migration
_GAP = 2
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def render_matrix(matrix: Matrix, layout: ScreenLayout, *, plain: bool) -> str:
    """Render it under its title; with letters for the columns where their names do not fit."""
    return "\n".join(_TerminalMatrix(matrix, layout, SignSet(plain=plain)).lines())


def column_name(column: ViewColumn) -> str:
    """A column with all that it stands for."""
    alike = f", {column.members} alike" if column.members else ""
    return visible(", ".join(column.names)) + alike


def short_name(column: ViewColumn) -> str:
    """A column's name as its head."""
    more = f" x{len(column.names)}" if column.names[1:] else ""
    return visible(column.label) + more


def letter(place: int) -> str:
    """The letter that stands for a column: A to Z, then AA."""
    rest, last = divmod(place, len(LETTERS))
    return (letter(rest - 1) if rest else "") + LETTERS[last]


class _TerminalMatrix:
    def __init__(self, matrix: Matrix, layout: ScreenLayout, signs: SignSet) -> None:
        self.matrix, self.layout, self.signs = matrix, layout, signs
        heads = [short_name(column) for column in matrix.columns]
        words = [column.word for column in matrix.columns]
        self.lettered = self._room(heads, words) < _LEAST
        if self.lettered:
            heads = [letter(place) for place in range(len(heads))]
            words = ["" for _ in words]
        self.heads, self.words = heads, words
        self.widths = self._widths(heads, words)
        self.number = max((len(run.numbers) for run in matrix.runs), default=1) + 1
        self.name = min(_MOST, self._room(heads, words))

    def _widths(self, heads: Sequence[str], words: Sequence[str]) -> list[int]:
        return [max(width_of(head), len(word), 4) for head, word in zip(heads, words, strict=True)]

    def _room(self, heads: Sequence[str], words: Sequence[str]) -> int:
        return self.layout.width - sum(width + _GAP for width in self._widths(heads, words))

    def lines(self) -> Iterator[str]:
        title = self.layout.heading("Who is broken")
        if self.lettered:
            yield title
            yield from map(self._legend, range(len(self.heads)))
            yield ""
            yield self._row("renamed migration", self.heads)
        else:
            yield title + self._row("", self.heads)[len("Who is broken") :]
            yield self._row("renamed migration", self.words, self._word_colours())
        yield self._row("-" * self.name, ["-" * width for width in self.widths])
        for run in self.matrix.runs:
            yield self._of_run(run)
        for name, cells in self._feet():
            yield self._row(name, cells)
        if self.matrix.left_out:
            yield f"{self.matrix.left_out} more pairs: --format json has all of them"
        yield self.layout.fill(". ".join(self._key()))

    def _legend(self, place: int) -> str:
        column = self.matrix.columns[place]
        head = f"  {self.heads[place]} "
        word = column.word if column.read else f"{column.word}: {visible(column.why)}"
        room = self.layout.width - len(head) - 2
        word = cut(word, room // 2, self.signs.more)
        name = cut(column_name(column), room - len(word), self.signs.more)
        gap = " " * max(2, _MOST - width_of(name))
        if width_of(head + name + gap + word) > self.layout.width:
            gap = "  "
        colour = RED if column.read and column.level is Level.BROKEN else ""
        return f"{head}{name}{gap}{self.layout.style.paint(word, colour) if colour else word}"

    def _word_colours(self) -> list[str]:
        return [
            RED if column.read and column.level is Level.BROKEN else ""
            for column in self.matrix.columns
        ]

    def _of_run(self, run: PairRun) -> str:
        cells = [cell.upper() if cell in LOUD else cell.value for cell in run.first.cells]
        more = f", {len(run.pairs) - 1} more" if run.pairs[1:] else ""
        room = self.name - self.number - len(more)
        name = cut(visible(run.first.name), room, self.signs.more) + more
        colours = [CELL_COLOURS.get(cell, "") for cell in run.first.cells]
        return self._row(f"{run.numbers:>{self.number - 1}} {name}", cells, colours)

    def _feet(self) -> Iterator[tuple[str, list[str]]]:
        columns = self.matrix.columns
        others = f"{self.matrix.others} others: row and file agree"
        yield others, [f"{it.fine}" if it.read else "?" for it in columns]
        yield "rows", [f"{it.rows}" if it.read else "?" for it in columns]

    def _row(self, name: str, cells: Sequence[str], colours: Sequence[str] = ()) -> str:
        shown = [
            padded(cut(cell, width, self.signs.more), width)
            for cell, width in zip(cells, self.widths, strict=True)
        ]
        if shown:
            shown[-1] = shown[-1].rstrip()
        painted = [
            self.layout.style.paint(cell, colour) if colour else cell
            for cell, colour in zip(shown, colours or [""] * len(shown), strict=True)
        ]
        gap = " " * _GAP
        return gap.join([padded(cut(name, self.name, self.signs.more), self.name), *painted])

    def _key(self) -> Iterator[str]:
        for cell in self.matrix.cells:
            word = cell.upper() if cell in LOUD else cell.value
            why = self._why_not() if cell is Cell.UNKNOWN else ""
            yield f"{word}: {OF_CELLS[cell]}{why}"
        if self.matrix.other_error:
            yield self.matrix.other_error

    def _why_not(self) -> str:
        whys = [visible(column.why) for column in self.matrix.columns if not column.read]
        return f" ({cut(whys[0], self.layout.width, self.signs.more)})" if whys else ""
