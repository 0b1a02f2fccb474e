"""What is known of one environment when the fix of a finding is judged."""

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import RowVerdict
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.next_steps import Action, InPlaceRepair
from analyzer.model.findings.prediction import Forecast
from analyzer.records import Struct, field
from analyzer.workflow.forecast.fix_check import FixCheck


class Ways(Protocol):
    """The repairs in place, each planned and judged when it is asked for."""

    @property
    def files(self) -> InPlaceRepair: ...  # noqa: D102
    @property
    def rows(self) -> InPlaceRepair: ...  # noqa: D102
    @property
    def moves(self) -> Action: ...  # noqa: D102  of the files that get their old names


class FindingContext(Struct, frozen=True, dict=True):
    """One environment, and what its findings have come to so far.

    ``left`` are rows that are right as they are, ``recorded`` the versions that get a row, and
    ``others`` what is advised of single files beside a repair.
    """

    check: FixCheck
    ways: Ways
    left: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    others: list[Action] = field(default_factory=list)

    def row(self, finding: Finding) -> RowVerdict | None:
        """The verdict on the row that a finding is about."""
        return self._rows.get(finding.version)

    def file(self, path: str | None) -> MigrationFile | None:
        """The current file at a path."""
        return self._files.get(path)

    def forecast(self, path: str | None) -> Forecast | None:
        """What the next migrate does with a file."""
        return self._forecasts.get(path)

    @cached_property
    def _rows(self) -> Mapping[str | None, RowVerdict]:
        """By version, the first row that has it."""
        return {it.row.version.text: it for it in reversed(self.check.diagnosis.rows)}

    @cached_property
    def _files(self) -> Mapping[str | None, MigrationFile]:
        return {file.path: file for file in self.check.inference.target.files.files}

    @cached_property
    def _forecasts(self) -> Mapping[str | None, Forecast]:
        return {it.file.path: it for it in self.check.prediction.migrations}
