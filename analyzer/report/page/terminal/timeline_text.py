"""The timeline for a terminal: rails and arrows of characters."""

from collections.abc import Iterator, Sequence

from analyzer.model.words.text import visible
from analyzer.report.diagnosis.terminal_layout import ScreenLayout
from analyzer.report.page.terminal.cells import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    LineCanvas,
    cut,
    padded,
    width_of,
)
from analyzer.report.page.terminal.marks import COLOURS, OF_GIT, OF_ROWS, SignSet
from analyzer.report.page.terminal.matrix_text import letter, short_name
from analyzer.report.page.view.timeline import Arrow, Mark, RowKind, Timeline, TimelineRow

_LANE, _RAIL = 2, 2  # columns from one to the next
_AFTER_LANES, _AFTER_GIT = 3, 4
_MOST_LANES = 12
_DAY = 10  # characters of a date


def render_timeline(timeline: Timeline, layout: ScreenLayout, *, plain: bool) -> str:
    """Render it under its title, with a key of the signs that it uses."""
    return "\n".join(_TerminalTimeline(timeline, layout, SignSet(plain=plain)).lines())


class _TerminalTimeline:
    def __init__(self, timeline: Timeline, layout: ScreenLayout, signs: SignSet) -> None:
        self.timeline, self.layout, self.signs = timeline, layout, signs
        self.drawn = 0 < timeline.lanes <= _MOST_LANES and not signs.plain
        longest = max((len(row.number) for row in timeline.rows), default=0)
        self.lanes = longest + 1 if self.drawn else 0  # where they begin
        lanes = timeline.lanes * _LANE + _AFTER_LANES if self.drawn else 0
        self.git = self.lanes + lanes if self.drawn else 1
        first = self.git + (_AFTER_GIT if self.drawn else _RAIL + 1)
        self.tracks = [first + _RAIL * number for number in range(len(timeline.columns))]
        self.text = (self.tracks[-1] if self.tracks else self.git) + 3

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for place, row in enumerate(self.timeline.rows):
            yield self._row(place, row)
        yield self.layout.fill(self._key())

    # the names of the rails

    def _head(self) -> Iterator[str]:
        names = [short_name(column) for column in self.timeline.columns]
        title = "Timeline"
        widths = [width_of(name) for name in names]
        end = self.git + 1 + sum(width + 1 for width in widths)
        if not self.drawn or self.git < len(title) + 2 or end > self.layout.width:
            yield from self._lettered(names)
            return
        line = " " * (self.git - 1 - len(title)) + "git"
        middles: list[int] = []
        column = self.git + 2
        for name, width in zip(names, widths, strict=True):
            rail = self.tracks[len(middles)]
            middle = max(column + 1 + width // 2, rail)
            middles.append(middle if middles or not column < rail < column + width else rail)
            line, column = f"{line} {name}", column + 1 + width
        yield self.layout.heading(title) + line
        yield from self._hooks(middles)

    def _hooks(self, middles: Sequence[int]) -> Iterator[str]:
        """Lead each rail to the middle of its name."""
        for turning in range(len(middles)):
            canvas = LineCanvas()
            canvas.turn(self.git, NORTH | SOUTH)
            for number, (rail, middle) in enumerate(zip(self.tracks, middles, strict=True)):
                if number < turning or rail == middle:
                    canvas.turn(rail, NORTH | SOUTH)
                elif number > turning:
                    canvas.turn(middle, NORTH | SOUTH)
                else:
                    canvas.turn(rail, EAST | SOUTH)
                    canvas.across(rail, middle)
                    canvas.turn(middle, NORTH | WEST)
            if self.tracks[turning] != middles[turning]:
                yield canvas.shown(self.layout.width).rstrip()

    def _lettered(self, names: Sequence[str]) -> Iterator[str]:
        letters = [letter(place) for place in range(len(names))]
        told = ", ".join(f"{one} {name}" for one, name in zip(letters, names, strict=True))
        no_arrows = "" if self.drawn else "; each end names the other"
        title = f"Timeline: git, then {told}{no_arrows}" if names else "Timeline"
        yield self.layout.hang(title, 2)
        if letters and not letters[len(letters) - 1][1:]:
            line = " " * (self.git - 1) + "git"
            for rail, one in zip(self.tracks, letters, strict=True):
                line = f"{padded(line, rail)}{one}"
            yield line

    # a row

    def _row(self, place: int, row: TimelineRow) -> str:
        canvas = LineCanvas()
        for arrow in self.timeline.arrows if self.drawn else ():
            self._draw(canvas, arrow, place)
        tracks = [self.git, *self.tracks]
        for number, (rail, mark) in enumerate(zip(tracks, row.marks, strict=True)):
            canvas.signs[rail] = self._sign(row, number, mark)
        if self.drawn and row.number and row.kind is RowKind.VERSION:
            canvas.signs.update(enumerate(row.number))
        room = self.layout.width - self.text
        shown = canvas.shown(self.text, self.signs.lines)
        text = cut(self._words(row), room, self.signs.more)
        return f"{self._painted(shown, row)}{text}".rstrip()

    def _draw(self, canvas: LineCanvas, arrow: Arrow, place: int) -> None:
        """Draw what an arrow has in this row: an end, or a piece of the line between them."""
        low, high = sorted((arrow.start, arrow.end))
        if not low <= place <= high:
            return
        lane = self.lanes + _LANE * (self.timeline.lanes - 1 - arrow.lane)
        if place not in (low, high):
            canvas.turn(lane, NORTH | SOUTH)
            return
        canvas.turn(lane, EAST | (SOUTH if place == low else NORTH))
        canvas.across(lane, self.git)
        if place == arrow.end:
            canvas.signs[self.git - 1] = self.signs.head

    def _sign(self, row: TimelineRow, number: int, mark: Mark) -> str:
        unread = number > 0 and not self.timeline.columns[number - 1].read
        if row.kind is RowKind.COMMIT:
            if number == 0:
                return self.signs.commit
            rail = self.signs.folded if unread else self.signs.mark(Mark.NOTHING)
            return self.signs.deployed if mark is Mark.DONE else rail
        quiet = {Mark.FILE, Mark.DONE, Mark.NOTHING, Mark.UNREAD}
        if row.kind is RowKind.FOLD and mark in quiet:
            return self.signs.folded
        return self.signs.mark(mark)

    def _painted(self, shown: str, row: TimelineRow) -> str:
        if not self.layout.style.colour or row.kind is RowKind.COMMIT:
            return shown
        signs = list(shown)
        for rail, mark in zip(self.tracks, row.marks[1:], strict=True):
            if mark in COLOURS:
                signs[rail] = self.layout.style.paint(signs[rail], COLOURS[mark])
        return "".join(signs)

    def _words(self, row: TimelineRow) -> str:
        if row.kind is RowKind.FOLD:
            return visible(row.fact)
        if row.kind is RowKind.COMMIT:
            date = row.when[:_DAY]
            return visible(f"{row.version} {row.author} {date} {row.name}")
        if self.drawn or not row.number:
            return visible(f"{row.version} {row.name}")
        lead = "" if len(row.pairs) > 1 and not row.several else f"{row.number} "
        return visible(f"{row.version}  {lead}{self.signs.words(row.ends)}  {row.name}")

    # the key

    def _key(self) -> str:
        shown = set(self.timeline.marks)
        git = [f"{self.signs.mark(it)} {words}" for it, words in OF_GIT.items() if it in shown]
        rows = [f"{self.signs.mark(it)} {words}" for it, words in OF_ROWS.items() if it in shown]
        said = [f"git: {', '.join(git)}", f"rows: {', '.join(rows)}"]
        if self.timeline.commits:
            runs = f", {self.signs.deployed} this runs there" if self.timeline.deployed else ""
            said.append(f"{self.signs.commit} commit{runs}")
        return ". ".join(said) + "."
