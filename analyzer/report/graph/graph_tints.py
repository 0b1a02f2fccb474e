"""The colours of a drawing's lines: one for all that begin at a migration, down to their ends."""

from collections.abc import Mapping, Sequence

from analyzer.report.graph.graph_layout import Piece

COLOURS = ("#57606a", "#0969da", "#1a7f37", "#8250df", "#9a6700", "#bf3989", "#0b7285", "#5c4033")
"""The first is for lines that several migrations share; none is the red of what comes too late."""


def tints(rows: Sequence[Sequence[Piece]]) -> Mapping[int, int]:
    """Give each piece, by its id, the number of the colour of the lines that leave it below."""
    found: dict[int, int] = {}
    own = 0
    for row in rows:
        for piece in row:
            if piece.name is not None:
                own = own % (len(COLOURS) - 1) + 1
                found[id(piece)] = own
            for lower in piece.below:
                if lower.name is None:
                    _inherit(found, lower, found.get(id(piece), 0))
    return found


def _inherit(found: dict[int, int], lower: Piece, tint: int) -> None:
    found[id(lower)] = tint if found.get(id(lower), tint) == tint else 0
