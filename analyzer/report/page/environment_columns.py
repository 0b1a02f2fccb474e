"""The columns: environments, those that stand alike as one."""

from collections.abc import Iterable, Sequence

from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.report import EnvironmentReport, Report
from analyzer.records import Struct
from analyzer.report.page.standing import cells_of, level_of, marks_of
from analyzer.report.page.timeline.slots import Numbered, Slot
from analyzer.report.page.view.level import Level
from analyzer.report.page.view.matrix import Cell, ViewColumn
from analyzer.report.page.view.timeline import Mark

_SOUND = frozenset({Cell.NEW, Cell.NONE})


class ColumnStanding(Struct, frozen=True):
    """A column, with its cells by pair and its marks by place; ``of`` it can be asked what it is.

    ``of`` are the environments in it, none where they could not be read.
    """

    column: ViewColumn
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...]
    of: tuple[EnvironmentReport, ...] = ()


def find_columns(
    report: Report, pairs: Numbered, slots: Sequence[Slot]
) -> tuple[ColumnStanding, ...]:
    """Make a column of each kind of environment, in the order in which they were asked for.

    Alike are those with equal cells and marks whose next migrate does the same.
    """
    groups: dict[tuple[object, ...], list[EnvironmentReport]] = {}
    for it in report.environments:
        groups.setdefault(_kind(it, report, pairs, slots), []).append(it)
    read = [_standing(those, report, pairs, slots) for those in groups.values()]
    return (*read, *_unread(report.unread, pairs, slots))


def _kind(
    it: EnvironmentReport, report: Report, pairs: Numbered, slots: Sequence[Slot]
) -> tuple[object, ...]:
    cells = cells_of(it, pairs)
    fate = tuple((each.file.path, each.outcome, each.because) for each in it.prediction.migrations)
    waits = tuple(file.path for file in it.prediction.waits)
    own = it.table.environment if it.members else None  # a group of a fleet stands for itself
    return (
        own,
        level_of(it, report.findings),
        cells,
        marks_of(it, slots, cells),
        fate,
        waits,
        it.table.count,
    )


def _standing(
    those: Sequence[EnvironmentReport], report: Report, pairs: Numbered, slots: Sequence[Slot]
) -> ColumnStanding:
    first = those[0]
    cells = cells_of(first, pairs)
    marks = marks_of(first, slots, cells)
    fine = sum(mark is Mark.DONE for slot, mark in zip(slots, marks, strict=True) if not slot.pairs)
    level = level_of(first, report.findings)
    column = ViewColumn(
        tuple(it.table.environment for it in those),
        level,
        members=len(first.members),
        rows=first.table.count,
        fine=fine,
        otherwise=level is Level.BROKEN and not {*cells} - _SOUND,
    )
    return ColumnStanding(column, cells, marks, tuple(those))


def _unread(
    unread: Iterable[UnreadEnvironment], pairs: Numbered, slots: Sequence[Slot]
) -> list[ColumnStanding]:
    """Those that could not be read, by why."""
    groups: dict[str, list[str]] = {}
    for it in unread:
        groups.setdefault(f"{it.error.what}: {it.error.why}", []).append(it.name)
    cells = (Cell.UNKNOWN,) * len(pairs)
    marks = (Mark.UNREAD,) * len(slots)
    return [
        ColumnStanding(ViewColumn(tuple(those), Level.LOOK, read=False, why=why), cells, marks)
        for why, those in groups.items()
    ]
