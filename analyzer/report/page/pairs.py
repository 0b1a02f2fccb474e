"""The pairs: renamed migrations by number, and those of them that are shown together."""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.model.findings.rename import Confidence
from analyzer.model.findings.report import Report
from analyzer.report.page.environment_columns import ColumnStanding
from analyzer.report.page.timeline.slots import Numbered, Slot
from analyzer.report.page.view.matrix import Cell, Pair, PairRun

MOST = 500  # pairs that a page shows; of more the first
SHOWN_OF_MORE = 200
_MANY = 12  # pairs from which on neighbours that were renamed together are one run
_SHORTEST = 4


def number_pairs(report: Report) -> Numbered:
    """Number the pairs that are shown, in the order of their versions of today."""
    shown = report.renames
    if len(shown) > MOST:
        shown = shown[:SHOWN_OF_MORE]
    return list(enumerate(shown, start=1))


def make_pairs(
    pairs: Numbered, standings: Sequence[ColumnStanding], slots: Sequence[Slot]
) -> tuple[Pair, ...]:
    """Write each pair with its cells."""
    today = {slot.version.key for slot in slots if slot.file is not None and not slot.news}
    made = []
    for place, (number, across) in enumerate(pairs):
        rename = across.rename
        old, new = rename.old, rename.new
        made.append(
            Pair(
                number,
                new.name.slug,
                old.name.slug,
                old.version.text,
                new.version.text,
                old.path,
                new.path,
                tuple(it.cells[place] for it in standings),
                rename.similarity,
                rename.confidence.value,
                old.version.key in today,
            )
        )
    return tuple(made)


def find_runs(
    pairs: Sequence[Pair], numbered: Numbered, places: Mapping[int, tuple[int, int]]
) -> tuple[PairRun, ...]:
    """Put neighbours together that were renamed together and stand alike; few are all told."""
    if len(pairs) <= _MANY:
        return tuple(PairRun((pair,)) for pair in pairs)
    return tuple(_runs(pairs, numbered, places))


def _runs(
    pairs: Sequence[Pair], numbered: Numbered, places: Mapping[int, tuple[int, int]]
) -> Iterator[PairRun]:
    kinds = [_kind(pair, numbered) for pair in pairs]
    run: list[Pair] = []
    for pair, kind in zip(pairs, kinds, strict=True):
        goes_on = run and kind is not None and kind == kinds[run[-1].number - 1]
        if goes_on and _follows(run[-1], pair, places):
            run.append(pair)
            continue
        yield from _told(run)
        run = [pair]
    yield from _told(run)


def _told(run: Sequence[Pair]) -> Iterator[PairRun]:
    if len(run) >= _SHORTEST:
        yield PairRun(tuple(run))
    else:
        yield from (PairRun((pair,)) for pair in run)


def _kind(pair: Pair, numbered: Numbered) -> tuple[object, ...] | None:
    """What pairs of one run have in common; None where it stands by itself."""
    rename = numbered[pair.number - 1][1].rename
    if pair.shared or Cell.SWAP in pair.cells or rename.confidence is Confidence.AMBIGUOUS:
        return None
    return tuple(it.commit for it in rename.renamed_in), pair.cells


def _follows(one: Pair, other: Pair, places: Mapping[int, tuple[int, int]]) -> bool:
    """Whether both ends of a pair stand right behind those of another."""
    if one.number not in places or other.number not in places:
        return False
    (old, new), (next_old, next_new) = places[one.number], places[other.number]
    return (next_old, next_new) == (old + 1, new + 1)
