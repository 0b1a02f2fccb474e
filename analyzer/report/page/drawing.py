"""The geometry of the timeline's figure, in CSS pixels; nothing is measured in the browser.

A row is `ROW` high, in the figure and in the list beside it, and `HEAD` is the room above the first
for the names of the rails, which are turned by 60 degrees. From the left: the lanes of the arrows,
each `LANE` wide; the rail of git; one rail for each column. An arrow starts at the row of the old
version, goes left to its lane, along it, and right to the row of the new one.
"""

from collections.abc import Iterator, Sequence

from analyzer.records import Struct
from analyzer.report.page.view.timeline import Arrow, Mark, RowKind, Timeline, TimelineRow

ROW, HEAD = 30, 92
LANE, FIRST_LANE = 9, 22
_RAIL, _NARROW_RAIL, _MANY_COLUMNS = 24, 20, 7
_AFTER_GIT, _MARGIN = 10, 18
_ROUND, _TAIL, _POINT = 5, 8, 10
_APART = 4  # between two ends in one row
_MIDDLE = ROW // 2


class RailName(Struct, frozen=True):
    """Where the name of a rail stands."""

    x: int
    text: str


class DrawnMark(Struct, frozen=True):
    """A symbol, by its name, and its middle."""

    symbol: str
    x: int
    y: int


class DrawnArrow(Struct, frozen=True):
    """The line of an arrow, and its head."""

    arrow: Arrow
    line: str
    head: str


class Drawing(Struct, frozen=True):
    """All that the figure consists of; lines are paths of SVG."""

    width: int
    height: int
    grid: str
    bands: tuple[int, ...]  # upper edges of the rows of commits
    solid: str
    dashed: str
    shared: str
    names: tuple[RailName, ...]
    arrows: tuple[DrawnArrow, ...]
    marks: tuple[DrawnMark, ...]


def draw(timeline: Timeline) -> Drawing:
    """Draw the figure."""
    return _Figure(timeline).drawing()


class _Figure:
    def __init__(self, timeline: Timeline) -> None:
        self.timeline, self.rows = timeline, timeline.rows
        self.git = FIRST_LANE + LANE * timeline.lanes if timeline.lanes else 12
        rail = _NARROW_RAIL if len(timeline.columns) >= _MANY_COLUMNS else _RAIL
        self.tracks = [
            self.git,
            *(
                self.git + _AFTER_GIT + rail * number
                for number in range(1, len(timeline.columns) + 1)
            ),
        ]

    def drawing(self) -> Drawing:
        width = self.tracks[-1] + _MARGIN
        tops = [HEAD + ROW * place for place in range(len(self.rows))]
        commits = [
            top for top, row in zip(tops, self.rows, strict=True) if row.kind is RowKind.COMMIT
        ]
        labels = [column.label for column in self.timeline.columns]
        labels.insert(0, "git")
        return Drawing(
            width,
            HEAD + ROW * len(self.rows),
            "".join(f"M0 {top}.5H{width}" for top in tops),
            tuple(commits),
            "".join(self._lines(dashed=False)),
            "".join(self._lines(dashed=True)),
            "".join(self._shared()),
            tuple(RailName(x + 3, text) for x, text in zip(self.tracks, labels, strict=True)),
            tuple(self._arrow(arrow) for arrow in self.timeline.arrows),
            tuple(self._marks()),
        )

    def _middle(self, place: int) -> int:
        return HEAD + ROW * place + _MIDDLE

    def _lines(self, *, dashed: bool) -> Iterator[str]:
        """The pieces of all rails: broken where rows are folded, and where nothing is known."""
        for number, x in enumerate(self.tracks):
            start: int | None = None
            for place in range(len(self.rows) + 1):
                there = place < len(self.rows) and self._dashed(place, number) is dashed
                if there and start is None:
                    start = place
                elif not there and start is not None:
                    yield f"M{x} {HEAD + ROW * start}V{HEAD + ROW * place}"
                    start = None

    def _dashed(self, place: int, number: int) -> bool:
        row = self.rows[place]
        unread = number > 0 and not self.timeline.columns[number - 1].read
        return unread or row.kind is RowKind.FOLD

    def _shared(self) -> Iterator[str]:
        """A bar between two rows of one version."""
        for place, row in enumerate(self.rows):
            if row.shares:
                yield f"M{self.git} {self._middle(place - 1) + 5}V{self._middle(place) - 5}"

    def _arrow(self, arrow: Arrow) -> DrawnArrow:
        down = 1 if arrow.end > arrow.start else -1
        apart = _APART * down if arrow.apart else 0
        start, end = self._middle(arrow.start) + apart, self._middle(arrow.end) - apart
        lane = self.git - 16 - LANE * arrow.lane
        turn = _ROUND * down
        line = (
            f"M{self.git - _TAIL} {start}H{lane + _ROUND}q-{_ROUND} 0 -{_ROUND} {turn}"
            f"V{end - turn}q0 {turn} {_ROUND} {turn}H{self.git - _POINT - 2}"
        )
        return DrawnArrow(arrow, line, f"M{self.git - 14} {end - 4}l7 4l-7 4z")

    def _marks(self) -> Iterator[DrawnMark]:
        for place, row in enumerate(self.rows):
            for number, mark in enumerate(row.marks):
                symbol = _symbol(row, number, mark)
                if symbol:
                    yield DrawnMark(symbol, self.tracks[number], self._middle(place))


def _symbol(row: TimelineRow, number: int, mark: Mark) -> str:
    if row.kind is RowKind.COMMIT:
        return "commit" if number == 0 else "deployed" if mark is Mark.DONE else ""
    if mark is Mark.NOTHING or (row.kind is RowKind.FOLD and mark in {Mark.FILE, Mark.DONE}):
        return ""
    if row.kind is RowKind.FOLD and mark is Mark.UNREAD:
        return ""
    return f"{mark.value}s" if row.several and mark in _SEVERAL else mark.value


_SEVERAL = (Mark.FILE, Mark.GONE, Mark.DONE, Mark.OLD, Mark.AGAIN, Mark.PENDING, Mark.REFUSED)
KEY: Sequence[tuple[Mark, str]] = (
    (Mark.FILE, "git: current file"),
    (Mark.GONE, "git: had a file"),
    (Mark.DONE, "row and file"),
    (Mark.OLD, "row under an old version, or without a file"),
    (Mark.AGAIN, "would run again"),
    (Mark.REFUSED, "held back: the next migrate refuses to start"),
    (Mark.PENDING, "never ran: pending"),
    (Mark.NEVER, "the next migrate silently leaves it out"),
    (Mark.HELD, "its version is taken by another row: skipped"),
    (Mark.FAILS, "the next migrate fails here"),
    (Mark.DESTROYS, "it destroys data here"),
    (Mark.UNREAD, "not known"),
)
