"""What the rows of a timeline say beside their marks."""

from collections.abc import Iterator, Sequence

from analyzer.report.page.timeline.slots import Slot
from analyzer.report.page.view.matrix import Cell, Pair, PairRun, ViewColumn
from analyzer.report.page.view.timeline import Mark

_SPOKEN = {
    Mark.DONE: "row in",
    Mark.OLD: "old row in",
    Mark.AGAIN: "would run again in",
    Mark.PENDING: "pending in",
    Mark.REFUSED: "held back in",
    Mark.NEVER: "would never run in",
    Mark.HELD: "skipped in",
    Mark.FAILS: "fails in",
    Mark.DESTROYS: "destroys data in",
    Mark.UNREAD: "not known in",
}
_WHOLE = 100  # percent


def label_of(column: ViewColumn) -> str:
    """A column in a sentence."""
    more = len(column.names) - 1
    return f"{column.label} and {more} more" if more else column.label


def spoken(marks: Sequence[Mark], columns: Sequence[ViewColumn]) -> str:
    """What the marks show, in words, for those who do not see them."""
    said = (
        f"{words} {_where(mark, marks, columns)}"
        for mark, words in _SPOKEN.items()
        if mark in marks[1:]
    )
    return "; ".join(said)


def _where(mark: Mark, marks: Sequence[Mark], columns: Sequence[ViewColumn]) -> str:
    those = (
        label_of(column) for column, shown in zip(columns, marks[1:], strict=True) if shown is mark
    )
    return ", ".join(those)


def fold_words(
    slots: Sequence[Slot], marks: Sequence[Mark], columns: Sequence[ViewColumn], *, fine: bool
) -> str:
    """Say how many places there are, which, and how they stand."""
    first, last = slots[0].version.text, slots[-1].version.text
    between = {1: first, 2: f"{first} and {last}"}.get(len(slots), f"{first} to {last}")
    if fine:
        return f"{len(slots)} fine, {between}"
    how = spoken(marks, columns) or "no row of them"
    gone = ", no file" if marks[0] is not Mark.FILE else ""
    return f"{len(slots)} alike, {between}{gone}: {how}"


def fact_of(
    slot: Slot,
    marks: Sequence[Mark],
    pairs: Sequence[Pair],
    columns: Sequence[ViewColumn],
    run: PairRun | None,
) -> str:
    """Say where the other end of its pairs is, and what happens here."""
    said = [_of_run(slot, run)] if run else [_other_end(slot, pair) for pair in pairs]
    said += _events(marks, columns)
    said += _twice(slot, pairs, columns)
    if not pairs and slot.file is None:
        said.insert(0, "no file has this version")
    return "; ".join(said)


def ends_of(slot: Slot, pairs: Sequence[Pair], run: PairRun | None) -> str:
    """Say where the other ends of its pairs are, and no more."""
    if run is not None:
        return _of_run(slot, run).partition(",")[0]
    both = len(slot.pairs) > 1
    return ", ".join(
        f"{f'{pair.number} ' if both else ''}"
        + (
            f"\u2190 {pair.old_version}"
            if pair.number in slot.news
            else f"\u2192 {pair.new_version}"
        )
        for pair in pairs
    )


def _of_run(slot: Slot, run: PairRun) -> str:
    other = f"\u2192 {run.first.new_version}" if slot.olds else f"\u2190 {run.first.old_version}"
    return f"{other}, {len(run.pairs)} in the same order"


def _other_end(slot: Slot, pair: Pair) -> str:
    number = f"{pair.number} " if len(slot.pairs) > 1 else ""
    maybe = "" if pair.surely else "perhaps "
    if pair.number in slot.news:
        return f"{number}{maybe}\u2190 {pair.old_version}"
    alike = f", {pair.similarity} % similar" if pair.similarity < _WHOLE else ""
    unrun = not {Cell.OLD, Cell.BOTH, Cell.SWAP, Cell.UNKNOWN} & {*pair.cells}
    never = ", never ran under this version" if unrun else ""
    called = f" {pair.old_name}" if slot.file is not None else ""
    return f"{number}{maybe}\u2192 {pair.new_version}{called}{never or alike}"


def _events(marks: Sequence[Mark], columns: Sequence[ViewColumn]) -> Iterator[str]:
    for mark in (Mark.DESTROYS, Mark.FAILS, Mark.NEVER):
        if mark in marks:
            yield f"{_SPOKEN[mark]} {_where(mark, marks, columns)}"
    if Mark.HELD in marks:
        yield f"skipped in {_where(Mark.HELD, marks, columns)}: the row is another migration's"


def _twice(slot: Slot, pairs: Sequence[Pair], columns: Sequence[ViewColumn]) -> Iterator[str]:
    for pair in pairs:
        both = [
            label_of(column)
            for column, cell in zip(columns, pair.cells, strict=True)
            if cell is Cell.BOTH
        ]
        if both and pair.number in slot.news:
            yield f"recorded twice in {', '.join(both)}"
