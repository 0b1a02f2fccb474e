"""What a new migration would do to a database that has all that is merged."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from analyzer.analysis.diagnosis.existing_work import creates, indexes_beyond, is_there
from analyzer.analysis.forecast.prediction import Reading, predict
from analyzer.analysis.forecast.simulated_start import world_of_files
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.engines.base import Engine
from analyzer.frameworks.ports.preconditions import Preconditions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed, RenameColumn, RenameTable
from analyzer.model.effects.objects import ObjectRef, Role, bare, objects
from analyzer.model.findings.prediction import Forecast, Loss, MigrationOutcome, Prediction
from analyzer.records import Struct

ParsedOf = Callable[[MigrationFile], Parsed]
_Answer = TypeVar("_Answer")


class Harm(Struct, frozen=True):
    """The harm of a new migration; ``maker`` is the last merged file that makes the same, if any.

    ``fails``: it fails for certain; else it destroys what its text does not announce. ``gone`` is
    what it needs, where a merged file took that away or renamed it.
    """

    forecast: Forecast
    maker: MigrationFile | None
    fails: bool
    gone: "TakenAway | None" = None


class TakenAway(Struct, frozen=True):
    """An object that a merged file renamed to ``became``, or took away where that is None."""

    file: MigrationFile
    ref: ObjectRef
    became: str | None


def hidden_losses(forecast: Forecast) -> list[Loss]:
    """What a new migration takes away without saying so; to rework values is what it is for."""
    return [loss for loss in forecast.losses if not (loss.announced or loss.is_reworked)]


class MergedDatabase:
    """The database that merged migrations add up to.

    ``touched`` are those of them that some new ones have to do with, as far as their words tell.
    Whatever is seen with these alone is looked at once more with all of them before it is told.
    Both are in the order in which they ran.
    """

    def __init__(
        self,
        ran: Sequence[MigrationFile],
        touched: Sequence[MigrationFile],
        parsed_of: ParsedOf,
        rules: Preconditions,
        engine: Engine,
    ) -> None:
        self._ran, self._touched, self._parsed_of = ran, touched, parsed_of
        self._rules, self._engine = rules, engine

    def world(self) -> SimulatedDatabase:
        """A database that has run them, each time anew: following a migration changes it."""
        return self._after(self._touched)

    def harm(self, pending: Sequence[MigrationFile]) -> Sequence[Harm]:
        """Say which new migration fails for certain, or destroys what its text does not say."""
        return self._seen(lambda world: tuple(self._harm(pending, world)))

    def makes_nothing_new(self, file: MigrationFile) -> bool:
        """Whether all that a migration does is to make what is there already."""
        return self._seen(lambda world: is_there(self._parsed_of(file), world))

    def does_nothing(self, file: MigrationFile) -> bool:
        """Whether a migration looks for what it makes, and finds all of it there."""

        def seen(world: SimulatedDatabase) -> bool:
            predicted = predict([file], Reading(self._parsed_of, {}, {}), world, self._rules)
            return [it.outcome for it in predicted.migrations] == [MigrationOutcome.NO_OP]

        return self._seen(seen)

    def beyond(self, file: MigrationFile) -> tuple[str, ...]:
        """The indexes that a migration makes on tables that are there without them."""
        return self._seen(lambda world: tuple(indexes_beyond(self._parsed_of(file), world)))

    def _seen(self, look: Callable[[SimulatedDatabase], _Answer]) -> _Answer:
        """What is seen; if it is anything, in the database that all of them add up to."""
        seen = look(self.world())
        if not seen or len(self._touched) == len(self._ran):
            return seen
        return look(self._after(self._ran))

    def _after(self, files: Sequence[MigrationFile]) -> SimulatedDatabase:
        return world_of_files(map(self._parsed_of, files), self._engine)

    def _harm(self, pending: Sequence[MigrationFile], world: SimulatedDatabase) -> Iterator[Harm]:
        predicted = predict(pending, Reading(self._parsed_of, {}, {}), world, self._rules)
        for forecast in predicted.migrations:
            if forecast.outcome is MigrationOutcome.FAILS and self._is_certain(predicted):
                repeats = predicted.fails_at is not None and predicted.fails_at.repeats
                maker = self._maker(forecast.file) if repeats else None
                gone = None if repeats else self._gone(forecast)
                yield Harm(forecast, maker, fails=True, gone=gone)
            elif hidden_losses(forecast):
                yield Harm(forecast, self._maker(forecast.file), fails=False)

    def _is_certain(self, predicted: Prediction) -> bool:
        """Whether what is in the way was made by a merged migration, and not merely assumed."""
        failure = predicted.fails_at
        if failure is None or failure.file is None or not failure.repeats:
            return True
        return self._maker(failure.file) is not None

    def _gone(self, forecast: Forecast) -> TakenAway | None:
        """Who took away last what the line needs at which a migration fails."""
        effects = self._parsed_of(forecast.file).effects
        told = [it for it in effects if getattr(bare(it), "line", None) == forecast.line]
        needed = {ref for it in told for role, ref in objects(it) if role is not Role.CREATES}
        for file in reversed(self._touched):
            for effect in map(bare, self._parsed_of(file).effects):
                for role, ref in objects(effect):
                    if role is Role.DROPS and ref in needed:
                        became = (
                            effect.new if isinstance(effect, RenameColumn | RenameTable) else None
                        )
                        return TakenAway(file, ref, became)
        return None

    def _maker(self, file: MigrationFile) -> MigrationFile | None:
        """The last of those that made what the migration makes again."""
        wanted = creates(self._parsed_of(file))
        makers = [it for it in self._touched if not wanted.isdisjoint(creates(self._parsed_of(it)))]
        return makers[-1] if makers else None
