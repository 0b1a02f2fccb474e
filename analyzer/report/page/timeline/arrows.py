"""The arrows of a timeline, each in a lane: the shortest next to the rails."""

from collections.abc import Iterable, Sequence

from analyzer.records import replace
from analyzer.report.page.view.matrix import Cell, PairRun
from analyzer.report.page.view.timeline import Arrow, TimelineRow

_HAS_OLD = (Cell.OLD, Cell.BOTH, Cell.SWAP, Cell.UNKNOWN)


def draw_arrows(
    rows: Sequence[TimelineRow], runs: Iterable[PairRun]
) -> tuple[tuple[Arrow, ...], int]:
    """Draw one for each run of pairs whose both ends are shown; also count the lanes they take."""
    olds: dict[int, int] = {}
    news: dict[int, int] = {}
    for place, row in enumerate(rows):
        _note_ends(row, place, olds, news)
    arrows = [_arrow(run, olds, news) for run in runs if run.first.number in olds.keys() & news]
    meeting = {it.start for it in arrows} & {it.end for it in arrows}
    return _in_lanes([_shifted(it, meeting) for it in arrows])


def _note_ends(row: TimelineRow, place: int, olds: dict[int, int], news: dict[int, int]) -> None:
    """Note which ends a row is; one that is both names the pairs whose old end it is first."""
    for number in row.olds:
        olds[number] = place
    for number in row.pairs:
        if number not in row.olds:
            news[number] = place


def _arrow(run: PairRun, olds: dict[int, int], news: dict[int, int]) -> Arrow:
    number = run.first.number
    return Arrow(
        run.numbers,
        tuple(pair.number for pair in run.pairs),
        olds[number],
        news[number],
        0,
        thick=len(run.pairs) > 1,
        harmless=not any(cell in _HAS_OLD for cell in run.first.cells),
    )


def _shifted(arrow: Arrow, meeting: set[int]) -> Arrow:
    """Keep ends apart that meet in one row: each lies on the side from which its arrow comes."""
    return replace(arrow, apart=bool(meeting & {arrow.start, arrow.end}))


def _in_lanes(arrows: Iterable[Arrow]) -> tuple[tuple[Arrow, ...], int]:
    taken: list[list[tuple[int, int]]] = []
    placed = []
    for arrow in sorted(arrows, key=lambda it: (abs(it.end - it.start), -it.start)):
        low, high = sorted((arrow.start, arrow.end))
        lane = next(
            (
                number
                for number, spans in enumerate(taken)
                if all(high < start or end < low for start, end in spans)
            ),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        placed.append(replace(arrow, lane=lane))
    return tuple(placed), len(taken)
