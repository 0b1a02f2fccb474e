"""The next migrate, carried out file by file on a simulated database."""

from collections.abc import Sequence

from analyzer.analysis.forecast.preconditions.preconditions import Doubt, PreconditionFailure
from analyzer.analysis.forecast.prediction import Reading, basis_of
from analyzer.analysis.forecast.simulated_losses import Gone, each_once
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, in_transaction
from analyzer.analysis.forecast.simulator import Met, SimulatedMigration, Simulation
from analyzer.analysis.schema.name_lookup import located
from analyzer.analysis.schema.schema_database import Database
from analyzer.frameworks.ports.preconditions import Preconditions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef, Role, bare, objects
from analyzer.model.findings.prediction import (
    Failure,
    Forecast,
    Loss,
    MigrationOutcome,
    Prediction,
)

_COPY = "run it on a copy of this database"


class SimulatedMigrate:
    """The migrate so far."""

    def __init__(self, reading: Reading, world: SimulatedDatabase, rules: Preconditions) -> None:
        self.reading, self.world, self.rules = reading, world, rules
        world.methods, world.release = rules.methods(), reading.release
        self.simulation = Simulation(world, reading.classes)
        self.forecasts: list[Forecast] = []
        self.ran: list[MigrationFile] = []
        self.waits: list[MigrationFile] = []  # for the one that fails
        self.lost: list[Loss] = []
        self.failure: Failure | None = None
        self.unknown: MigrationFile | None = None  # the first whose outcome is not known

    def prediction(self) -> Prediction:
        """What became of each file."""
        return Prediction(
            tuple(self.ran),
            self.failure,
            tuple(self.lost),
            tuple(self.forecasts),
            basis_of(self.world),
            waits=tuple(self.waits),
        )

    def follow(self, file: MigrationFile) -> None:
        """Run one file."""
        parsed, ran_as = self.reading.parsed_of(file), self.reading.ran_as.get(file.path)
        course = self._stopped(file, parsed)
        if course is None:
            course = self.simulation.run(parsed, ran_as)
            course.doubts = [*_unreadable(parsed, self.rules.unreadable), *course.doubts]
        if parsed.class_name is not None:
            self.simulation.classes[parsed.class_name] = parsed
        if course.stopped is not None:
            self._fails(file, parsed, course, course.stopped, ran_as)
        else:
            self._passes(file, course)

    def _stopped(self, file: MigrationFile, parsed: Parsed) -> SimulatedMigration | None:
        """What the framework refuses when the migration's turn comes."""
        told = self.rules.stop(file, parsed, self.ran)
        if told is None:
            return None
        error, said, line = told
        return SimulatedMigration(Met(PreconditionFailure(error, said), line))

    def _fails(
        self,
        file: MigrationFile,
        parsed: Parsed,
        course: SimulatedMigration,
        met: Met,
        ran_as: str | None,
    ) -> None:
        undone = in_transaction(self.world, parsed)
        made = self._made_then(file, parsed, met)
        reason = _reason(met, ran_as) if made else _foreign(met, ran_as, undone=undone)
        gone, stays = ([], ()) if undone else (course.gone, tuple(course.done))
        refusal = met.problem if isinstance(met.problem, PreconditionFailure) else None
        error, repeats = (refusal.error, refusal.repeats) if refusal is not None else ("", False)
        retry = self._retry(parsed, met) if stays else None
        self.failure = Failure(file, reason, error, met.line, stays, repeats, retry)
        self._told(file, MigrationOutcome.FAILS, reason, met.line, _losses(file, gone))

    def _made_then(self, file: MigrationFile, parsed: Parsed, met: Met) -> bool:
        """Whether the text that ran made what is in the way, as far as both texts tell."""
        then = self.reading.then_of(file.path)
        now = _made_by(parsed, met.line)
        return then is None or not now or bool(now & _made_by(then))

    def _retry(self, parsed: Parsed, first: Met) -> str | None:
        """Where it stops when it is tried again, on what the first attempt left behind."""
        again = self.simulation.run(parsed).stopped
        if again is None or again.line == first.line:
            return None
        return f"line {again.line}: {again.problem}"

    def _passes(self, file: MigrationFile, course: SimulatedMigration) -> None:
        self.ran.append(file)
        losses = _losses(file, course.gone)
        perhaps = _losses(file, course.perhaps_gone)
        if course.doubts:
            met = course.doubts[0]
            doubt = (
                met.problem if isinstance(met.problem, Doubt) else Doubt(str(met.problem), _COPY)
            )
            self._told(
                file, MigrationOutcome.UNKNOWN, doubt.why, met.line, losses, perhaps, doubt.settle
            )
            self.unknown = self.unknown or file
        elif losses:
            because = "; ".join(loss.what for loss in losses)
            self._told(file, MigrationOutcome.DESTROYS, because, losses[0].line, losses)
        elif not course.done:
            because, line = _nothing_to_do(course)
            self._told(file, MigrationOutcome.NO_OP, because, line)
        else:
            self._told(file, MigrationOutcome.RUNS, "; ".join(course.done))

    def _told(
        self,
        file: MigrationFile,
        outcome: MigrationOutcome,
        because: str,
        line: int | None = None,
        losses: tuple[Loss, ...] = (),
        perhaps: tuple[Loss, ...] = (),
        settle: str | None = None,
    ) -> None:
        self.lost.extend(losses)
        rests_on = self.unknown
        told = (*losses, *perhaps)
        self.forecasts.append(Forecast(file, outcome, because, line, told, settle, rests_on))


def _losses(file: MigrationFile, gone: Sequence[Gone]) -> tuple[Loss, ...]:
    return tuple(
        Loss(file, it.what, it.kind, it.table, it.line, it.rows, it.bytes, it.said, it.by_key)
        for it in each_once(gone)
    )


def _unreadable(parsed: Parsed, look: str) -> list[Met]:
    return [
        Met(
            Doubt(
                f"the file cannot be read: {it.what}",
                f"{look}, and read line {it.line}",
                blind=True,
            ),
            it.line,
        )
        for it in parsed.problems[:1]
    ]


def _reason(met: Met, ran_as: str | None) -> str:
    said = f"{met.problem} (line {met.line})"
    if ran_as is None:
        return said
    ran = "it was created when this ran" if _repeats(met) else "it ran already"
    return f"{said}; {ran} as {ran_as}"


def _foreign(met: Met, ran_as: str | None, *, undone: bool) -> str:
    """The reason where the text that ran did not make what is in the way now."""
    if not _repeats(met):
        return _reason(met, ran_as)
    left = "" if undone else ": an attempt that failed may have left it"
    return f"{met.problem} (line {met.line}); what ran as {ran_as} did not make it{left}"


def _repeats(met: Met) -> bool:
    return isinstance(met.problem, PreconditionFailure) and met.problem.repeats


def _made_by(parsed: Parsed, line: int | None = None) -> frozenset[ObjectRef]:
    """What a text makes, or one line of it."""
    return frozenset(
        ref
        for effect in map(bare, parsed.effects)
        if line is None or effect.line == line
        for role, ref in objects(located(Database(), effect))
        if role is Role.CREATES
    )


def _nothing_to_do(course: SimulatedMigration) -> tuple[str, int | None]:
    if not course.skipped:
        return "it changes nothing", None
    what, line = course.skipped[0]
    return f"there is nothing left to do: {what} is skipped", line
