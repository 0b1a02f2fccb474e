"""How one environment stands: its cells of the matrix, its marks on the timeline, how bad it is."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.across import RecordedName
from analyzer.model.findings.diagnosis import (
    FileAmbiguous,
    FileApplied,
    FileBlocked,
    FileRenamed,
    FileVerdict,
    exchanges,
)
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import MigrationOutcome
from analyzer.model.findings.report import EnvironmentReport
from analyzer.report.page.timeline.slots import Numbered, Slot
from analyzer.report.page.view.level import Level
from analyzer.report.page.view.matrix import Cell
from analyzer.report.page.view.timeline import Mark

_CELLS = {
    RecordedName.OLD: Cell.OLD,
    RecordedName.NEW: Cell.NEW,
    RecordedName.BOTH: Cell.BOTH,
    RecordedName.NONE: Cell.NONE,
    RecordedName.UNKNOWN: Cell.UNKNOWN,
}
_HAS_OLD = (Cell.OLD, Cell.BOTH, Cell.SWAP)


def level_of(environment: EnvironmentReport, findings: Iterable[Finding]) -> Level:
    """How bad it is."""
    told = {it.severity for it in findings if it.environment == environment.table.environment}
    steps, prediction = environment.next_steps, environment.prediction
    harm = steps.migrate.certain or steps.runs_again
    if harm or prediction.never_runs or prediction.refuses or Severity.ERROR in told:
        return Level.BROKEN
    if Severity.WARNING in told:
        return Level.LOOK
    losing = any(loss.rows != 0 for loss in prediction.destroys)
    return Level.TOLD if losing else Level.FINE


def cells_of(environment: EnvironmentReport, pairs: Numbered) -> tuple[Cell, ...]:
    """Under which version it recorded each pair."""
    ringed = {
        row.rename.new.path
        for ring in exchanges(environment.diagnosis.rows)
        for row in ring
        if row.rename is not None
    }
    name = environment.table.environment
    return tuple(_cell(pair.at(name), pair.rename.new.path in ringed) for _, pair in pairs)


def _cell(recorded: RecordedName, ringed: bool) -> Cell:  # noqa: FBT001  one call
    return Cell.SWAP if ringed and recorded is RecordedName.OLD else _CELLS[recorded]


def marks_of(
    environment: EnvironmentReport, slots: Sequence[Slot], cells: Sequence[Cell]
) -> tuple[Mark, ...]:
    """What its rail shows at each place; ``cells`` are those of its pairs, by number from one."""
    return tuple(_Marks(environment, cells).all(slots))


class _Marks:
    def __init__(self, environment: EnvironmentReport, cells: Sequence[Cell]) -> None:
        diagnosis = environment.diagnosis
        self.cells = cells
        self.files = {verdict.file.path: verdict for verdict in diagnosis.files}
        self.rows = frozenset(row.row.version.key for row in diagnosis.rows)
        self.stops = dict(_stops(environment))
        self.refuses = environment.prediction.refuses is not None

    def all(self, slots: Iterable[Slot]) -> Iterator[Mark]:
        """One mark for each place."""
        for slot in slots:
            olds = [self.cells[number - 1] for number in slot.olds]
            if any(cell in _HAS_OLD for cell in olds) or self._is_open(slot, olds):
                yield Mark.OLD
            elif slot.file is not None:
                yield self._of_file(slot.file)
            elif slot.olds:
                yield Mark.UNREAD if Cell.UNKNOWN in olds else Mark.NOTHING
            else:
                yield Mark.OLD if slot.version.key in self.rows else Mark.NOTHING

    def _is_open(self, slot: Slot, olds: Sequence[Cell]) -> bool:
        """Whether a row may be any of several migrations'."""
        return Cell.UNKNOWN in olds and slot.file is None and slot.version.key in self.rows

    def _of_file(self, file: MigrationFile) -> Mark:
        stops = self.stops.get(file.path)
        return stops if stops is not None else self._standing(self.files.get(file.path))

    def _standing(self, verdict: FileVerdict | None) -> Mark:
        match verdict:
            case None:
                return Mark.NOTHING
            case FileApplied():
                return Mark.DONE
            case FileRenamed():
                return self._renamed(verdict)
            case FileBlocked():
                return Mark.HELD
            case FileAmbiguous():
                return Mark.UNREAD
            case _:
                return Mark.PENDING

    def _renamed(self, verdict: FileRenamed) -> Mark:
        if verdict.new_row is not None:
            return Mark.DONE
        if verdict.old_row is None:
            return Mark.PENDING
        if verdict.file.version.key in self.rows:
            return Mark.HELD
        return Mark.REFUSED if self.refuses else Mark.AGAIN


def _stops(environment: EnvironmentReport) -> Iterator[tuple[str, Mark]]:
    prediction = environment.prediction
    rows = {row.row.version.key for row in environment.diagnosis.rows}
    for left in prediction.never_runs:
        if left.file.version.key not in rows:
            yield left.file.path, Mark.NEVER
    for it in prediction.migrations:
        if it.outcome is MigrationOutcome.DESTROYS and any(loss.rows != 0 for loss in it.losses):
            yield it.file.path, Mark.DESTROYS
    failure = prediction.fails_at
    if failure is not None and failure.file is not None:
        yield failure.file.path, Mark.REFUSED if prediction.refuses else Mark.FAILS
