"""Fixes tried in memory: nothing is recommended that has not been carried out in memory first.

An action leads to a state; what the next migrate does there is foretold. The action may be
recommended only if (a) no migration whose work is there runs again, (b) nothing is lost but what
a pending migration that never ran says that it removes, (c) nothing is worse than without it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.findings.next_steps import Action, NextMigrate, Verdict
from analyzer.model.findings.prediction import (
    Forecast,
    Loss,
    MigrationOutcome,
    Prediction,
)
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowStep, UpdateRow
from analyzer.model.words.wording import listed
from analyzer.records import Struct, field, replace

_SHOWN = 3  # of a longer list


class State(Struct, frozen=True):
    """Rows and files, and whose work is in the database.

    ``rows`` are whole, ``read`` is what the framework makes of a version. ``done`` says by
    path why a file's work is there ("it ran as 1"); ``ran_as`` the version under which it ran.
    ``origin`` gives for a file that was moved the path that it has today.
    """

    files: FileSet
    rows: tuple[TableRow, ...]
    read: Callable[[str], Version]
    done: Mapping[str, str] = field(default_factory=dict)
    ran_as: Mapping[str, str] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)
    heads: bool = False  # whether a row says that all before it ran, too

    @property
    def applied(self) -> frozenset[VersionKey]:
        """The versions that a migrate passes over."""
        return frozenset(self.read(row.version).key for row in self.rows)

    @property
    def unran(self) -> frozenset[str]:
        """The paths of files of whose work nothing is known."""
        return frozenset({file.path for file in self.files.files} - {*self.done, *self.ran_as})

    def first_path(self, file: MigrationFile) -> str:
        """The path that a file has today."""
        return self.origin.get(file.path, file.path)


class PredictedMigrate(Struct, frozen=True):
    """A state, and what the next migrate does there."""

    state: State
    prediction: Prediction

    def again(self) -> Mapping[str, Forecast]:
        """By today's path, the files that would run again to an end."""
        return {
            self.state.first_path(it.file): it
            for it in self.prediction.migrations
            if it.file.path in self.state.done
            and it.outcome not in {MigrationOutcome.NO_OP, MigrationOutcome.FAILS}
        }

    def unannounced(self) -> Sequence[Loss]:
        """List the losses that no text announces; a table without rows loses none."""
        return [loss for loss in self.prediction.destroys if not is_told(loss, self.state)]

    def risked(self) -> Sequence[Loss]:
        """The same, with what is lost only if a question is answered so."""
        told = (loss for it in self.prediction.migrations for loss in it.losses)
        return [loss for loss in told if not is_told(loss, self.state)]


def carry_out(state: State, action: Action) -> State:
    """Compute the state after an action."""
    if action.from_zero:
        return replace(state, rows=(), done={}, ran_as={})
    moved = dict(action.moved)
    gone = {*moved, *action.removed}
    kept = [file for file in state.files.files if file.path not in gone]
    files = (*kept, *moved.values(), *action.restored, *action.added)
    new = {after.path: before for before, after in moved.items()}
    brought = {file.path: "it ran" for file in action.restored}
    return State(
        replace(state.files, files=tuple(sorted(files, key=lambda it: (it.version, it.path)))),
        _rows_after(state.rows, action.rows),
        state.read,
        {**_carried(state.done, new, gone), **brought},
        _carried(state.ran_as, new, gone),
        {**state.origin, **{path: state.origin.get(was, was) for path, was in new.items()}},
        state.heads,
    )


def _rows_after(rows: Iterable[TableRow], steps: Iterable[RowStep]) -> tuple[TableRow, ...]:
    """The rows once all steps are done at once; a step may know no more of one than its version."""
    left = list(rows)
    new: list[TableRow] = []
    for step in steps:
        match step:
            case UpdateRow(old, after):
                _take(left, old)
                new.append(after)
            case DeleteRow(row):
                _take(left, row)
            case InsertRow(row):
                new.append(row)
    return tuple(sorted([*left, *new], key=lambda row: row.text))


def _take(rows: list[TableRow], wanted: TableRow) -> None:
    there = next((row for row in rows if row.version == wanted.version), None)
    if there is not None:
        rows.remove(there)


def judge(before: PredictedMigrate, after: PredictedMigrate) -> Verdict:
    """Say what is wrong with an action, if anything, and whether to migrate after it."""
    faults = (
        *_wakes(before, after),
        *_runs_again(before, after),
        *_loses(before, after),
        *_never_runs(before, after),
        *_worsens(before, after),
    )
    return Verdict(tuple(dict.fromkeys(faults)), next_migrate(after))


def next_migrate(there: PredictedMigrate) -> NextMigrate:
    """Whether a migrate may be recommended in a state."""
    prediction = there.prediction
    trouble = next(iter(_troubles(there)), None)
    if trouble is not None:
        because, settle, certain = trouble
        return NextMigrate(
            safe=False,
            because=because,
            settle=settle,
            certain=certain,
            mends=_mends(prediction),
            destroys=bool(there.unannounced()),
        )
    told = tuple(loss for it in prediction.migrations for loss in it.losses if loss.rows != 0)
    return NextMigrate(safe=True, runs=prediction.would_run, announced=told)


def _mends(prediction: Prediction) -> str:
    """The tool's command for what it refuses before the first migration; mostly there is none."""
    return prediction.refuses.mends if prediction.refuses is not None else ""


def is_told(loss: Loss, state: State) -> bool:
    """Whether a loss is what its migration's text says, or no loss at all."""
    if loss.rows == 0:
        return True
    if loss.file.path in state.done:
        return False
    return loss.announced or loss.is_reworked


def _troubles(there: PredictedMigrate) -> Iterator[tuple[str, str, bool]]:
    """Why, what would settle it, and whether it is certain; the worst first."""
    prediction, again = there.prediction, there.again()
    for loss in there.unannounced():
        yield f"{loss.file.basename} {loss.what}, which its text does not announce", "", True
    if (failure := prediction.fails_at) is not None:
        where = f"{failure.file.basename} fails: " if failure.file else ""
        yield f"{where}{failure.said}", "", True
    for it in again.values():
        yield _again(it, there.state), "", it.outcome is not MigrationOutcome.UNKNOWN
    for it in prediction.migrations:
        if it.outcome is MigrationOutcome.UNKNOWN:
            yield f"{it.file.basename} may fail: {it.because}", it.settle or "", False


def _again(it: Forecast, state: State) -> str:
    return f"{it.file.basename} would run again, though {state.done[it.file.path]}"


def _wakes(before: PredictedMigrate, after: PredictedMigrate) -> Iterator[str]:
    """Find what has run and would be started again, even if only to fail."""
    waiting = {before.state.first_path(file) for file in _pending(before)}
    harmless = {
        it.file.path for it in after.prediction.migrations if it.outcome is MigrationOutcome.NO_OP
    }
    for file in _pending(after):
        fresh = after.state.first_path(file) not in waiting
        if fresh and file.path in after.state.done and file.path not in harmless:
            yield f"{file.basename} would run again, though {after.state.done[file.path]}"


def _runs_again(before: PredictedMigrate, after: PredictedMigrate) -> Iterator[str]:
    known = before.again()
    for path, it in after.again().items():
        if path not in known:
            yield _again(it, after.state)


def _loses(before: PredictedMigrate, after: PredictedMigrate) -> Iterator[str]:
    known = {(before.state.first_path(it.file), it.what) for it in before.risked()}
    for loss in after.risked():
        if (after.state.first_path(loss.file), loss.what) not in known:
            yield f"the next migrate would lose data: {loss.file.basename} {loss.what}"


def _never_runs(before: PredictedMigrate, after: PredictedMigrate) -> Iterator[str]:
    """Files that would run as it is, and never will once a row says that they did.

    Of what ran under another version, its row says no more afterwards than it said before.
    """
    waiting = {before.state.first_path(file) for file in _pending(before)}
    still = {after.state.first_path(file) for file in _pending(after)}
    for file in after.state.files.files:
        path = after.state.first_path(file)
        known = file.path in after.state.done or file.path in after.state.ran_as
        if path in waiting - still and not known:
            yield f"{file.basename} would never run, though not all of its work is there"


def _worsens(before: PredictedMigrate, after: PredictedMigrate) -> Iterator[str]:
    """Find what ran before and fails now; a later failure was there before, but hidden."""
    failure, earlier = after.prediction.fails_at, before.prediction.fails_at
    if failure is None:
        return
    named = failure.file.basename if failure.file else "the migrate"
    if earlier is None and not any(_is_unknown(it) for it in before.prediction.migrations):
        yield f"{named} would fail: {failure.said}"
    elif not after.prediction.migrations and before.prediction.migrations:
        yield f"the next migrate would not start: {failure.said}"
    elif failure.file is not None and after.state.first_path(failure.file) in {
        before.state.first_path(it.file)
        for it in before.prediction.migrations
        if it.outcome in {MigrationOutcome.RUNS, MigrationOutcome.NO_OP}
    }:
        yield f"{named} would fail: {failure.said}"


def _is_unknown(it: Forecast) -> bool:
    return it.outcome is MigrationOutcome.UNKNOWN


def _pending(there: PredictedMigrate) -> Iterator[MigrationFile]:
    """The files without a row; where a row only tells where a database stands, what comes next."""
    if there.state.heads:
        told = there.prediction
        return iter((*(it.file for it in told.migrations), *told.waits))
    applied = there.state.applied
    return (file for file in there.state.files.files if file.version.key not in applied)


def _carried(facts: Mapping[str, str], new: Mapping[str, str], gone: set[str]) -> dict[str, str]:
    """Map what is known of files to the paths that they have afterwards."""
    kept = {path: fact for path, fact in facts.items() if path not in gone}
    return kept | {path: facts[was] for path, was in new.items() if was in facts}


def told_briefly(faults: Sequence[str]) -> str:
    """Faults as one clause."""
    return listed(list(faults), _SHOWN)
