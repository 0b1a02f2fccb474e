"""What a new migration would do to a database that has all that is merged."""

from collections.abc import Callable, Iterator, Sequence

from analyzer.analysis.diagnosis.existing_work import creates, indexes_beyond, is_there
from analyzer.analysis.forecast.prediction import Reading, predict
from analyzer.analysis.forecast.simulated_start import world_of_files
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.engines.base import Engine
from analyzer.frameworks.ports.preconditions import Preconditions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.prediction import Forecast, MigrationOutcome, Prediction
from analyzer.records import Struct

ParsedOf = Callable[[MigrationFile], Parsed]


class Harm(Struct, frozen=True):
    """The harm of a new migration; ``maker`` is the last merged file that makes the same.

    ``fails``: it fails for certain; else it destroys what its text does not announce.
    """

    forecast: Forecast
    maker: MigrationFile | None
    fails: bool


class MergedDatabase:
    """The database that merged migrations add up to, as far as some new ones touch it.

    ``ran`` are in the order in which they ran.
    """

    def __init__(
        self,
        ran: Sequence[MigrationFile],
        parsed_of: ParsedOf,
        rules: Preconditions,
        engine: Engine,
    ) -> None:
        self._ran, self._parsed_of, self._rules, self._engine = ran, parsed_of, rules, engine

    def world(self) -> SimulatedDatabase:
        """A database that has run them, each time anew: following a migration changes it."""
        return world_of_files(map(self._parsed_of, self._ran), self._engine)

    def harm(self, pending: Sequence[MigrationFile]) -> Iterator[Harm]:
        """Say which new migration fails for certain, or destroys what its text does not say."""
        predicted = predict(pending, Reading(self._parsed_of, {}, {}), self.world(), self._rules)
        for forecast in predicted.migrations:
            if forecast.outcome is MigrationOutcome.FAILS and self._is_certain(predicted):
                yield Harm(forecast, self._maker(forecast.file), fails=True)
            elif any(not loss.announced for loss in forecast.losses):
                yield Harm(forecast, self._maker(forecast.file), fails=False)

    def makes_nothing_new(self, file: MigrationFile) -> bool:
        """Whether all that a migration does is to make what is there already."""
        return is_there(self._parsed_of(file), self.world())

    def beyond(self, file: MigrationFile) -> tuple[str, ...]:
        """The indexes that a migration makes on tables that are there without them."""
        return tuple(indexes_beyond(self._parsed_of(file), self.world()))

    def _is_certain(self, predicted: Prediction) -> bool:
        """Whether what is in the way was made by a merged migration, and not merely assumed."""
        failure = predicted.fails_at
        if failure is None or failure.file is None or not failure.repeats:
            return True
        return self._maker(failure.file) is not None

    def _maker(self, file: MigrationFile) -> MigrationFile | None:
        """The last of those that made what the migration makes again."""
        wanted = creates(self._parsed_of(file))
        makers = [it for it in self._ran if not wanted.isdisjoint(creates(self._parsed_of(it)))]
        return makers[-1] if makers else None
