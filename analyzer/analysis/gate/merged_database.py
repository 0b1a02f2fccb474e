"""Findings about what a new migration would do to a database that has all that is merged."""

from collections.abc import Callable, Iterator, Sequence

from analyzer.analysis.diagnosis.existing_work import creates, indexes_beyond, is_there
from analyzer.analysis.forecast.prediction import Reading, predict
from analyzer.analysis.forecast.simulated_start import world_of_files
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.frameworks.base import Preconditions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import Forecast, MigrationOutcome

ParsedOf = Callable[[MigrationFile], Parsed]


class MergedDatabase:
    """The database that merged migrations add up to, as far as some new ones touch it.

    ``ran`` are in the order in which they ran.
    """

    def __init__(
        self, ran: Sequence[MigrationFile], parsed_of: ParsedOf, rules: Preconditions
    ) -> None:
        self._ran, self._parsed_of, self._rules = ran, parsed_of, rules

    def world(self) -> SimulatedDatabase:
        """A database that has run them, each time anew: following a migration changes it."""
        return world_of_files(map(self._parsed_of, self._ran))

    def harm(self, pending: Sequence[MigrationFile]) -> Iterator[Finding]:
        """Say which new migration fails for certain, or destroys what its text does not say."""
        predicted = predict(pending, Reading(self._parsed_of, {}, {}), self.world(), self._rules)
        for forecast in predicted.migrations:
            if forecast.outcome is MigrationOutcome.FAILS and self._is_certain(forecast):
                yield self._fails(forecast)
            elif any(not loss.announced for loss in forecast.losses):
                yield self._destroys(forecast)

    def makes_nothing_new(self, file: MigrationFile) -> bool:
        """Whether all that a migration does is to make what is there already."""
        return is_there(self._parsed_of(file), self.world())

    def beyond(self, file: MigrationFile) -> tuple[str, ...]:
        """The indexes that a migration makes on tables that are there without them."""
        return tuple(indexes_beyond(self._parsed_of(file), self.world()))

    def _is_certain(self, forecast: Forecast) -> bool:
        """Whether what is in the way was made by a merged migration, and not merely assumed."""
        return "Duplicate" not in forecast.because or self._maker(forecast) is not None

    def _fails(self, forecast: Forecast) -> Finding:
        file = forecast.file
        return Finding(
            "MD319",
            Severity.ERROR,
            what=f"{file.path} fails on every database that has the merged migrations",
            why=f"{forecast.because}{self._said_by(forecast)}",
            fix="if its work is merged already, take it away; else give what it makes another "
            "name, or ask first whether it is there (if_not_exists: true)",
            version=file.version.text,
            path=file.path,
            line=forecast.line,
        )

    def _destroys(self, forecast: Forecast) -> Finding:
        file = forecast.file
        losses = [loss for loss in forecast.losses if not loss.announced]
        return Finding(
            "MD320",
            Severity.ERROR,
            what=f"{file.path} destroys what its text does not say that it removes: "
            + "; ".join(loss.what for loss in losses),
            why="on every database that has the merged migrations the rows that are there are "
            f"lost, without a warning{self._said_by(forecast)}",
            fix="take force: true out, and make only what is not there yet; if rows are meant to "
            "go, say so with drop_table or DELETE in a migration of its own",
            version=file.version.text,
            path=file.path,
            line=losses[0].line,
        )

    def _said_by(self, forecast: Forecast) -> str:
        maker = self._maker(forecast)
        return f"; {maker.path} makes it" if maker is not None else ""

    def _maker(self, forecast: Forecast) -> MigrationFile | None:
        """The last of those that made what the migration makes again."""
        wanted = creates(self._parsed_of(forecast.file))
        makers = [it for it in self._ran if not wanted.isdisjoint(creates(self._parsed_of(it)))]
        return makers[-1] if makers else None
