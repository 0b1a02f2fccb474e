"""The timeline: versions from the oldest to the newest, commits between them, and the arrows."""

from collections.abc import Iterator, Sequence

from analyzer.records import Struct, replace
from analyzer.report.page.overview import Overview
from analyzer.report.page.timeline.arrows import draw_arrows
from analyzer.report.page.timeline.commit_rows import CommitLine, commit_rows, moment_of
from analyzer.report.page.timeline.slots import Slot
from analyzer.report.page.timeline.timeline_words import ends_of, fact_of, fold_words, spoken
from analyzer.report.page.view.matrix import PairRun
from analyzer.report.page.view.timeline import Mark, RowKind, Timeline, TimelineRow

_MOST = 80  # rows up to which an arrow can be followed
_SHORTEST = 4  # places in a row that stand alike, though not as they should
_SHARED = "shared version"
_NEVER_FOLDED = (Mark.FAILS, Mark.DESTROYS, Mark.NEVER)
_WORST = (Mark.DESTROYS, Mark.FAILS, Mark.UNREAD, Mark.OLD, Mark.AGAIN, Mark.REFUSED)
_FINE = frozenset({Mark.FILE, Mark.DONE, Mark.NOTHING, Mark.UNREAD})


class Stretch(Struct, frozen=True):
    """Places that become one row: one, a run of pairs, or places that stand alike."""

    slots: tuple[Slot, ...]
    marks: tuple[Mark, ...]
    run: PairRun | None = None
    contested: bool = False  # a migration of a pair had its version too

    @property
    def folded(self) -> bool:
        """Whether it is told by the number of its places."""
        if self.contested or self.run is not None:
            return False
        return len(self.slots) > 1 or self.fine

    @property
    def fine(self) -> bool:
        """Whether rows and files agree."""
        bare = not self.slots[0].pairs and not self.contested
        return bare and set(self.marks) <= _FINE and Mark.DONE in self.marks


def build_timeline(overview: Overview) -> Timeline:
    """Lay out the rows, then the arrows between them."""
    stretches = [*_stretches(overview)]
    rows = [_row(overview, it) for it in stretches]
    rows = _shared(rows)
    placed = _with_commits(overview, stretches, rows)
    shown = overview.runs if len(placed) <= _MOST else ()
    arrows, lanes = draw_arrows(placed, shown)
    columns = tuple(it.column for it in overview.standings)
    return Timeline(columns, tuple(placed), arrows, lanes)


def _marks(overview: Overview, place: int) -> tuple[Mark, ...]:
    git = overview.slots[place].git
    return (git, *(it.marks[place] for it in overview.standings))


def _stretches(overview: Overview) -> Iterator[Stretch]:
    runs = {pair.number: run for run in overview.runs for pair in run.pairs if run.pairs[1:]}
    told: list[int] = []
    contested = {slot.version.key for slot in overview.slots if slot.olds}
    for place, slot in enumerate(overview.slots):
        if slot.version.key in contested and not slot.pairs:
            yield from _alike(overview, told)
            told = []
            yield Stretch((slot,), _marks(overview, place), contested=True)
        elif not slot.pairs:
            marks = _marks(overview, place)
            if told and marks != _marks(overview, told[-1]):
                yield from _alike(overview, told)
                told = []
            told.append(place)
        else:
            yield from _alike(overview, told)
            told = []
            yield from _of_pair(overview, place, runs.get(slot.pairs[0]))
    yield from _alike(overview, told)


def _alike(overview: Overview, places: Sequence[int]) -> Iterator[Stretch]:
    """Places without pairs whose marks are equal: one row, or one each."""
    if not places:
        return
    marks = _marks(overview, places[0])
    slots = tuple(overview.slots[place] for place in places)
    whole = Stretch(slots, marks)
    if whole.fine or (len(slots) >= _SHORTEST and not set(marks) & {*_NEVER_FOLDED}):
        yield whole
    else:
        yield from (Stretch((slot,), marks) for slot in slots)


def _of_pair(overview: Overview, place: int, run: PairRun | None) -> Iterator[Stretch]:
    slot = overview.slots[place]
    if run is None:
        yield Stretch((slot,), _marks(overview, place))
    elif run.first.number in slot.pairs:
        those = range(place, place + len(run.pairs))
        each = [_marks(overview, it) for it in those]
        marks = tuple(_worst(column) for column in zip(*each, strict=True))
        yield Stretch(tuple(overview.slots[it] for it in those), marks, run)


def _worst(marks: Sequence[Mark]) -> Mark:
    return min(marks, key=lambda it: _WORST.index(it) if it in _WORST else len(_WORST))


def _row(overview: Overview, it: Stretch) -> TimelineRow:
    columns = [standing.column for standing in overview.standings]
    if it.folded:
        return TimelineRow(
            RowKind.FOLD,
            marks=it.marks,
            fact=fold_words(it.slots, it.marks, columns, fine=it.fine),
        )
    slot = it.slots[0]
    run = it.run
    pairs = [pair for pair in overview.pairs if pair.number in slot.pairs]
    numbers = tuple(pair.number for pair in run.pairs) if run else slot.pairs
    several = run is not None
    return TimelineRow(
        RowKind.VERSION,
        slot.version.text,
        f"{slot.name}, {len(it.slots) - 1} more" if several else slot.name,
        it.marks,
        ends_of(slot, pairs, run),
        fact_of(slot, it.marks, pairs, columns, run) or (_SHARED if it.contested else ""),
        spoken(it.marks, columns),
        numbers,
        numbers if run and slot.olds else slot.olds,
        several=several,
        number=run.numbers if run else " ".join(map(str, slot.pairs)),
    )


def _shared(rows: Sequence[TimelineRow]) -> list[TimelineRow]:
    """Mark rows whose version is that of the row above."""
    found: list[TimelineRow] = []
    for row in rows:
        above = found[-1] if found else None
        same = above is not None and row.version and row.version == above.version
        found.append(replace(row, shares=True) if same else row)
    return found


def _with_commits(
    overview: Overview, stretches: Sequence[Stretch], rows: Sequence[TimelineRow]
) -> list[TimelineRow]:
    """Put each commit before the first version that is later; behind all where that is no time."""
    commits = commit_rows(overview.report, overview.standings)
    moments = [moment_of(it.slots[0].version.text) for it in stretches]
    if not all(moments):
        return [*rows, *(it.row for it in commits)]
    placed: list[TimelineRow] = []
    waiting: list[CommitLine] = list(commits)
    for row, moment in zip(rows, moments, strict=True):
        while waiting and moment is not None and waiting[0].moment < moment:
            placed.append(waiting.pop(0).row)
        placed.append(row)
    return [*placed, *(it.row for it in waiting)]
