"""The layout of a drawn graph: layers from top to bottom, with few crossings.

Each reason has a place of its own below its migration, from which lines lead to all that depend
on it for that reason: many lines become one, and each carries its label. Source of the method:
Sugiyama, Tagawa, Toda 1981 (layers, barycentres); least squares under an order by pooling.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from analyzer.records import Struct, field

_SWEEPS = 8
_BOLDER = 1.15
_PATIENCE = 200_000  # pieces times sweeps
_MOST_BENDS = 40_000  # beyond, lines go straight: such a drawing is for searching, not for reading


class Link(Struct, frozen=True):
    """A line from an upper node to a lower one; links with one label may share their way."""

    upper: str
    lower: str
    label: str
    late: bool = False  # points upward: what is below is needed above


class Piece(Struct, eq=False):
    """A node (``name``), a label (``text``) or a bend (neither), with its size and its centre."""

    rank: int
    width: float
    name: str | None = None
    text: str | None = None
    late: bool = False
    x: float = 0.0
    above: list["Piece"] = field(default_factory=list)
    below: list["Piece"] = field(default_factory=list)


class GraphLayout(Struct, frozen=True):
    """Pieces row by row, each row from left to right; nodes without any link come extra."""

    rows: Sequence[Sequence[Piece]]
    alone: Sequence[str]
    width: float


def lay_out(
    names: Sequence[str],
    links: Sequence[Link],
    widths: Mapping[str, float],
    *,
    label_width: float,
    gap: float,
    most_in_row: int,
) -> GraphLayout:
    """Find places for nodes, labels and lines.

    Args: names: nodes in an order in which every link leads forward.  label_width: of one
        character.  most_in_row: nodes in one row; more go to the next one.
    """
    tied = {end for link in links for end in (link.upper, link.lower)}
    ranks = _ranks([name for name in names if name in tied], links, most_in_row)
    nodes = {name: Piece(rank, widths[name], name) for name, rank in ranks.items()}
    pieces = list(nodes.values())
    bundles = _bundles(links)
    bends = sum(max(ranks[it.lower] for it in each) - ranks[each[0].upper] for each in bundles)
    for bundle in bundles:
        pieces += _routed(bundle, nodes, label_width, straight=bends > _MOST_BENDS)
    rows = _rows(pieces)
    _untangle(rows, len(pieces))
    width = _place(rows, gap, len(pieces))
    return GraphLayout(rows, [name for name in names if name not in tied], width)


def _ranks(names: Sequence[str], links: Iterable[Link], most: int) -> dict[str, int]:
    """Even ranks for nodes, each as high as what is above it and the room in its row allow."""
    above: dict[str, list[str]] = {}
    for link in links:
        above.setdefault(link.lower, []).append(link.upper)
    ranks: dict[str, int] = {}
    room: dict[int, int] = {}
    for name in names:
        rank = max((ranks[other] + 2 for other in above.get(name, ())), default=0)
        while room.get(rank, 0) >= most:
            rank += 2
        ranks[name] = rank
        room[rank] = room.get(rank, 0) + 1
    return ranks


def _bundles(links: Iterable[Link]) -> list[list[Link]]:
    """Links that share a label and begin at the same node."""
    found: dict[tuple[str, str, bool], list[Link]] = {}
    for link in links:
        found.setdefault((link.upper, link.label, link.late), []).append(link)
    return list(found.values())


def _routed(
    bundle: Sequence[Link], nodes: Mapping[str, Piece], label_width: float, *, straight: bool
) -> list[Piece]:
    """A label below the upper node, and bends down to the lowest of the lower ones."""
    first = bundle[0]
    top = nodes[first.upper]
    label = Piece(
        top.rank + 1,
        len(first.label) * label_width * (_BOLDER if first.late else 1) + 8,
        text=first.label,
        late=first.late,
    )
    _join(top, label)
    trunk = [label]
    if straight:
        for lower in dict.fromkeys(link.lower for link in bundle):
            _join(label, nodes[lower])
        return trunk
    lowest = max(nodes[link.lower].rank for link in bundle)
    for rank in range(label.rank + 1, lowest):
        bend = Piece(rank, 4, late=first.late)
        _join(trunk[-1], bend)
        trunk.append(bend)
    for lower in dict.fromkeys(link.lower for link in bundle):
        _join(trunk[nodes[lower].rank - 1 - label.rank], nodes[lower])
    return trunk


def _join(upper: Piece, lower: Piece) -> None:
    upper.below.append(lower)
    lower.above.append(upper)


def _rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    found: dict[int, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.rank, []).append(piece)
    return [found[rank] for rank in sorted(found)]


def _untangle(rows: Sequence[list[Piece]], size: int) -> None:
    """Order each row by where its neighbours are, down and up in turn."""
    for row in rows:
        for place, piece in enumerate(row):
            piece.x = place
    for sweep in range(_sweeps(size)):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            aims = {piece: _middle(piece.above if down else piece.below, piece.x) for piece in row}
            row.sort(key=aims.__getitem__)
            for place, piece in enumerate(row):
                piece.x = place * 100 / len(row)


def _sweeps(size: int) -> int:
    return max(1, min(_SWEEPS, _PATIENCE // max(size, 1)))


def _middle(neighbours: Sequence[Piece], default: float) -> float:
    if not neighbours:
        return default
    return sum(piece.x for piece in neighbours) / len(neighbours)


def _place(rows: Sequence[Sequence[Piece]], gap: float, size: int) -> float:
    """Give each piece its place, near its neighbours; returns the width of it all."""
    for row in rows:
        _pool(row, [0.0] * len(row), gap)
    for sweep in range(_sweeps(size) + 1):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            _pool(row, [_aim(piece, down=down) for piece in row], gap)
    left = min((piece.x - piece.width / 2 for row in rows for piece in row), default=0.0)
    right = max((piece.x + piece.width / 2 for row in rows for piece in row), default=0.0)
    for row in rows:
        for piece in row:
            piece.x -= left
    return right - left


def _aim(piece: Piece, *, down: bool) -> float:
    first, second = (piece.above, piece.below) if down else (piece.below, piece.above)
    return _middle(first or second, piece.x)


def _pool(row: Sequence[Piece], aims: Sequence[float], gap: float) -> None:
    """Place a row in its order, without overlaps, as near to the aims as can be."""
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + gap)
    blocks: list[tuple[float, int]] = []  # mean of the aims less the offsets, and how many
    for aim, offset in zip(aims, offsets, strict=False):
        mean, many = aim - offset, 1
        while blocks and blocks[-1][0] >= mean:
            other, more = blocks.pop()
            mean, many = (mean * many + other * more) / (many + more), many + more
        blocks.append((mean, many))
    places = (mean for mean, many in blocks for _ in range(many))
    for piece, offset, mean in zip(row, offsets, places, strict=False):
        piece.x = offset + mean
