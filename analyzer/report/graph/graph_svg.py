"""The dependency graph as an SVG drawing, in layers: what comes first is on top."""

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from analyzer.model.findings.graph_report import GraphReport
from analyzer.model.words.wording import count
from analyzer.records import Struct
from analyzer.report.graph.graph_layout import GraphLayout, Link, Piece, lay_out
from analyzer.report.graph.graph_style import ARROW, STYLE
from analyzer.report.graph.graph_tints import tints
from analyzer.report.graph.graph_words import (
    by_pair,
    labels_of,
    late_pairs,
    reasons,
    shorter,
    split_label,
    state_of,
    states,
    thing,
)

_IN_LINE = 24  # characters of a name in one line of its box
_MOST_LINES = 3
_LETTER, _BOLD, _SMALL = 6.9, 7.7, 5.7  # widths in pixels of an average character, a little wide
_LINE, _PAD, _GAP, _EDGE = 14, 8, 14, 24
_LABEL_ROW, _ABOVE_LABELS, _BELOW_LABELS = 16, 18, 34
_TITLE_LETTER = 10.2
_MOST_IN_ROW = 7
_LONGEST_LABEL = 44
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Box(Struct, frozen=True):
    """A migration's text in lines, and the size of its box."""

    version: str
    lines: tuple[str, ...]
    state: str = ""

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Its lines with their classes, from the top."""
        state = (("s", self.state),) if self.state else ()
        return (("v", self.version), *(("", line) for line in self.lines), *state)

    @property
    def width(self) -> float:
        longest = max(len(text) for _, text in self.texts)
        return max(longest * _LETTER + 2 * _PAD, len(self.version) * _BOLD + 2 * _PAD)

    @property
    def height(self) -> float:
        return len(self.texts) * _LINE + _PAD


def render(report: GraphReport) -> str:
    """Draw the graph; what comes too late is red and dashed, and its arrow points upward."""
    return _Drawing(report).text()


class _Drawing:
    """One drawing, row by row from the top."""

    def __init__(self, report: GraphReport) -> None:
        self.report, self.graph = report, report.picture
        self.label = labels_of(report.graph)
        paths = [node.path for node in self.graph.nodes]
        self.boxes = {path: _box(self.label(path), state_of(report, path)) for path in paths}
        self.broken = {each.path for each in self.graph.violations}
        near = report.neighbourhood
        self.centre = set(near.centre) if near else set()
        widths = {path: box.width for path, box in self.boxes.items()}
        self.layout: GraphLayout = lay_out(
            paths,
            list(self._links()),
            widths,
            label_width=_SMALL,
            gap=_GAP,
            most_in_row=_MOST_IN_ROW,
        )
        self.tops, self.tints = self._tops(), tints(self.layout.rows)

    def _links(self) -> Iterator[Link]:
        for (before, after), edges in by_pair(self.graph.edges).items():
            yield Link(before, after, _short(shorter(reasons(edges))))
        for (provider, user), needs in late_pairs(self.graph).items():
            said = _short("too late: " + shorter([thing(ref) for ref in needs]))
            yield Link(user, provider, said, late=True)

    # places

    def _heights(self) -> list[float]:
        heights = []
        for row in self.layout.rows:
            boxes = [self.boxes[piece.name].height for piece in row if piece.name is not None]
            heights.append(max(boxes) if boxes else _LABEL_ROW)
        return heights

    def _tops(self) -> list[float]:
        tops, y = [], float(_EDGE + 44)
        self.heights = self._heights()
        for height, row in zip(self.heights, self.layout.rows, strict=True):
            tops.append(y)
            y += height + (_BELOW_LABELS if row[0].rank % 2 else _ABOVE_LABELS)
        self.bottom = y
        return tops

    def _reach(self, piece: Piece) -> tuple[float, float, float]:
        """A piece's middle, its upper end and its lower end."""
        place = self._row_of(piece)
        top = self.tops[place]
        if piece.name is not None:
            return piece.x + _EDGE, top, top + self.boxes[piece.name].height
        if piece.text is not None:
            return piece.x + _EDGE, top, top + _LABEL_ROW
        return piece.x + _EDGE, top, top + self.heights[place]

    def _row_of(self, piece: Piece) -> int:
        return self.places[piece.rank]

    @property
    def places(self) -> dict[int, int]:
        """The row of each rank."""
        if not hasattr(self, "_places"):
            self._places = {row[0].rank: at for at, row in enumerate(self.layout.rows)}
        return self._places

    # text

    def text(self) -> str:
        alone, more = self._alone()
        head = self._head()
        written = max(len(head[0]) * _TITLE_LETTER, len(head[1]) * _LETTER)
        width = max(self.layout.width, written, more[0]) + 2 * _EDGE
        height = self.bottom + more[1] + _EDGE
        parts = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
                f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img">'
            ),
            f"<title>{_text(head[0])}</title>",
            f"<style>{STYLE}</style>",
            ARROW,
            '<rect width="100%" height="100%" fill="#fff"/>',
            f'<text class="head" x="{_EDGE}" y="{_EDGE + 8}">{_text(head[0])}</text>',
            f'<text x="{_EDGE}" y="{_EDGE + 26}">{_text(head[1])}</text>',
            *self._lines(),
            *self._tags(),
            *self._nodes(),
            *alone,
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _head(self) -> tuple[str, str]:
        near, graph = self.report.neighbourhood, self.graph
        shown = count(len(graph.nodes), "migration")
        if self.report.brief is not None:
            brief = self.report.brief
            first = f"{shown}: {brief.chosen}; {brief.left_out} more not shown"
        elif near is None:
            first = f"{shown}: what is above runs before what is below"
        else:
            names = ", ".join(self.label(path) for path in near.centre)
            first = f"Around {names}: {shown}, {near.beyond} more not shown"
        notes = ["a line's label says why; red and dashed: needed above, created only below"]
        notes.append(f"marks: {states(self.report)}")
        if opaque := self.report.graph.opaque:
            notes.append(f"INCOMPLETE: {count(len(opaque), 'place')} could not be read")
        return first, "; ".join(notes)

    def _lines(self) -> Iterator[str]:
        for row in self.layout.rows:
            for upper in row:
                for lower in upper.below:
                    yield self._line(upper, lower)

    def _line(self, upper: Piece, lower: Piece) -> str:
        """A curve between two pieces, through both where they are bends."""
        x1, top, y1 = self._reach(upper)
        x2, y2, _ = self._reach(lower)
        half = (y2 - y1) / 2
        late = upper.late or lower.late
        arrow = ""
        if late and upper.name is not None:
            arrow = ' marker-start="url(#up)"'
        elif not late and lower.name is not None:
            arrow = ' marker-end="url(#down)"'
        through = f"M{x1:.1f},{top:.1f}V{y1:.1f}" if _is_bend(upper) else f"M{x1:.1f},{y1:.1f}"
        kind = "line late" if late else f"line t{self.tints.get(id(upper), 0)}"
        curve = f"C{x1:.1f},{y1 + half:.1f} {x2:.1f},{y2 - half:.1f} {x2:.1f},{y2:.1f}"
        return f'<path class="{kind}" d="{through}{curve}"{arrow}/>'

    def _tags(self) -> Iterator[str]:
        for row in self.layout.rows:
            for piece in row:
                if piece.text is not None:
                    x, top, _ = self._reach(piece)
                    left = x - piece.width / 2
                    kind = "whylate" if piece.late else "why"
                    yield (
                        f'<rect class="tag" x="{left:.1f}" y="{top:.1f}" '
                        f'width="{piece.width:.1f}" height="{_LABEL_ROW}"/>'
                        f'<text class="{kind}" x="{x:.1f}" y="{top + 11.5:.1f}" '
                        f'text-anchor="middle">{_text(piece.text)}</text>'
                    )

    def _nodes(self) -> Iterator[str]:
        for row in self.layout.rows:
            for piece in row:
                if piece.name is not None:
                    x, top, _ = self._reach(piece)
                    yield self._node(piece.name, x, top)

    def _node(self, path: str, x: float, top: float) -> str:
        box = self.boxes[path]
        kinds = ["box"]
        mark = self.report.marks.by_path.get(path)
        kinds += [mark.state.value] if mark is not None else []
        kinds += ["centre"] if path in self.centre else []
        kinds += ["broken"] if path in self.broken else []
        texts = "".join(
            f'<text class="{kind}" x="{x:.1f}" y="{top + _LINE * (at + 1):.1f}" '
            f'text-anchor="middle">{_text(line)}</text>'
            for at, (kind, line) in enumerate(box.texts)
        )
        return (
            f"<g id={quoteattr(_text(self.label(path)))}><title>{_text(path)}</title>"
            f'<rect class="{" ".join(kinds)}" x="{x - box.width / 2:.1f}" y="{top:.1f}" '
            f'width="{box.width:.1f}" height="{box.height:.1f}" rx="5"/>{texts}</g>'
        )

    def _alone(self) -> tuple[list[str], tuple[float, float]]:
        """Migrations without any ties, in a block of their own, and its width and height."""
        names = self.layout.alone
        if not names:
            return [], (0.0, 0.0)
        parts = [f'<text x="{_EDGE}" y="{self.bottom + 14:.0f}">Without dependencies:</text>']
        wide = max(self.boxes[name].width for name in names)
        tall = max(self.boxes[name].height for name in names)
        columns = max(1, int(max(self.layout.width, 900) // (wide + _GAP)))
        for at, name in enumerate(names):
            x = _EDGE + wide / 2 + (at % columns) * (wide + _GAP)
            y = self.bottom + 26 + (at // columns) * (tall + _GAP)
            parts.append(self._node(name, x, y))
        rows = -(-len(names) // columns)
        across = min(len(names), columns) * (wide + _GAP)
        return parts, (across, 26 + rows * (tall + _GAP))


def _is_bend(piece: Piece) -> bool:
    return piece.name is None and piece.text is None


def _box(name: str, state: str) -> _Box:
    version, slug = split_label(name)
    return _Box(version[:_IN_LINE], tuple(_wrapped(slug)), state)


def _wrapped(slug: str) -> Sequence[str]:
    """A name in a few lines, broken after underscores."""
    lines = [""]
    for word in re.findall(r"[^_]*_|[^_]+", slug):
        while len(lines[-1]) + len(word) > _IN_LINE and lines[-1]:
            lines.append("")
        lines[-1] += word
    lines = [line if len(line) <= _IN_LINE + 4 else line[:_IN_LINE] + "…" for line in lines]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: _IN_LINE - 1] + "…"]
    return lines


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"


def _text(text: str) -> str:
    """Escape a text for XML, without the characters that no XML may hold."""
    return escape(_ILLEGAL.sub("�", text))
