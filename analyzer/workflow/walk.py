"""The walk itself: from a request to a report."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.model.findings.report import Report, RepositoryFacts
from analyzer.records import Struct, replace
from analyzer.sources.git.git import open_repository
from analyzer.workflow.reading.ahead import Later
from analyzer.workflow.reading.files.current_files import TargetFiles, read_targets
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import Environment, begin_environment, reread

if TYPE_CHECKING:
    from analyzer.engines.base import Engine
    from analyzer.model.core.fleet import Fleet, FleetGroup
    from analyzer.workflow.diagnosis.inference import Inference
    from analyzer.workflow.fleets.reading import FleetRead
    from analyzer.workflow.next_steps.next_steps import Recommender


class Walk(Struct, frozen=True):
    """A finished walk: the report, and the inference that later steps may ask for contents.

    ``recommender`` is what judged its advice; None where there is none yet.
    """

    report: Report
    inference: "Inference"
    group: "FleetGroup | None" = None  # of a fleet, whose first member it is about
    recommender: "Recommender | None" = None

    @property
    def engine(self) -> "Engine":
        """Which engine the database is of."""
        return self.inference.engine


class WalkStart:
    """The beginning that all walks of one run share: the repository, its files, their history.

    A live database is read beside all that git is asked, and all that is loaded, once it is known
    whose migrations these are. Where only one application is there to choose, its history is read
    beside that too, and its files are parsed for as long as the database makes us wait.
    """

    def __init__(self, request: Request) -> None:
        self._repository = open_repository(request.repo)
        self._first = request
        self._targets: dict[tuple[str, ...], tuple[TargetFiles, ...]] = {}
        self._targets_of(request)
        self._cache = request.cache
        self._histories: dict[tuple[str, ...], TargetHistory] = {}
        self._finished: list[Walk] = []

    def begin(self, request: Request, *, several: bool = False) -> Later[Environment]:
        """Begin to read an environment; ask for it when everything else was begun."""
        targets = self._targets_of(request)
        reading = begin_environment(request, targets[0].framework, several=several)
        self._begin_history(targets)
        return reading

    def begin_fleet(self, request: Request, fleet: "Fleet") -> Later["FleetRead"]:
        """Begin to read a fleet; ask for it when everything else was begun."""
        from analyzer.workflow.fleets.reading import begin_fleet

        targets = self._targets_of(request)
        reading = begin_fleet(request, fleet, targets[0].framework)
        self._begin_history(targets)
        return reading

    def _begin_history(self, targets: tuple[TargetFiles, ...]) -> None:
        if len(targets) == 1 and not self._histories:
            self._history_of(targets[0]).begin()

    def work_while(self, request: Request, goes_on: Callable[[], bool]) -> None:
        """Do what will be needed anyway, for as long as a database makes us wait."""
        _load_what_finishes()
        targets = self._targets_of(request)
        if len(targets) == 1:
            self._history_of(targets[0]).texts.parse_while(goes_on)

    def finish(self, request: Request, reading: Later[Environment]) -> Walk:
        """Infer what ran in an environment, and diagnose. Raises as `walk`."""
        start, environment = self._start_of(request, reading)
        if len(environment.table.rows) > limits.MANY_ROWS:
            from analyzer.workflow.reading.rows.many_rows import counted

            environment = counted(environment, start)
        if start.target.framework.store.stands is not None:
            from analyzer.workflow.diagnosis.standing_rows import with_standing_rows

            environment = with_standing_rows(environment, start.target.framework)
        if start.target.framework.packages is not None:
            from analyzer.workflow.diagnosis.outside_rows import (
                with_former_packages,
                with_outside_rows,
            )

            start = with_former_packages(start, environment)
            environment = with_outside_rows(environment, start)
        files = start.target.files.files
        if any(file.name.replaces for file in files):
            from analyzer.workflow.diagnosis.replaced_rows import with_replaced_rows

            environment = with_replaced_rows(environment, files)
        if start.target.framework.store.heads:
            from analyzer.workflow.diagnosis.implied_rows import with_implied_rows

            environment = with_implied_rows(environment, start, request.deployed)
        done = self._twin(start, request, environment) or _diagnosed(start, request, environment)
        self._finished.append(done)
        return done

    def _twin(
        self, start: TargetHistory, request: Request, environment: Environment
    ) -> Walk | None:
        """What is said of an environment that has what another one of this run has."""
        if not self._finished:
            return None  # as always where there is but one
        from analyzer.workflow.twins import as_twin, find_twin

        known = find_twin(self._finished, start, request, environment)
        return None if known is None else as_twin(known, request, environment)

    def _start_of(
        self, request: Request, reading: Later[Environment]
    ) -> tuple[TargetHistory, Environment]:
        """The application that the rows belong to, and the rows as its framework reads them."""
        targets = self._targets_of(request)
        if len(targets) == 1:
            return self._history_of(targets[0]), reading.result()
        from analyzer.workflow.reading.files.likely_application import likely_target
        from analyzer.workflow.reading.rows.several_frameworks import read_for_one

        environment, targets = read_for_one(request, targets, reading)
        reader = targets[0].framework
        best = likely_target(targets, environment.table, reader, self._history_of)
        table = reread(environment.table, reader, best.framework)
        return self._history_of(best), replace(environment, table=table)

    def facts(self) -> RepositoryFacts:
        """What is known of the repository without any rows."""
        from analyzer.workflow.build_report import repository_facts

        return repository_facts(self._repository, self._targets_of(self._first)[0])

    def _targets_of(self, request: Request) -> tuple[TargetFiles, ...]:
        """The files that a request is about: databases of one application have folders of theirs.

        Raises: as `read_targets`.
        """
        found = self._targets.get(request.directories)
        if found is None:
            found = read_targets(self._repository, request)
            self._targets[request.directories] = found
        return found

    def _history_of(self, target: TargetFiles) -> TargetHistory:
        folders = target.files.directories
        known = self._histories.get(folders)
        if known is None or known.target != target:
            known = TargetHistory(self._repository, target, cache=self._cache)
            self._histories[folders] = known
        return known


def _diagnosed(start: TargetHistory, request: Request, environment: Environment) -> Walk:
    from analyzer.workflow.build_report import build_report
    from analyzer.workflow.diagnosis.inference import Inference
    from analyzer.workflow.forecast.predict import look_ahead

    inference = Inference(start, request, environment)
    look_ahead(inference)
    return build_report(request, inference)


def walk(request: Request) -> Walk:
    """Read rows, files and history, infer what ran, and diagnose.

    Raises:
        AnalyzerError: something cannot be read, or a decision names no file.
    """
    start = WalkStart(request)
    reading = start.begin(request)
    start.work_while(request, reading.goes_on)
    return start.finish(request, reading)


def _load_what_finishes() -> None:
    """Load what is loaded late, so that it does not keep from asking the database."""
    import analyzer.workflow.build_report
    import analyzer.workflow.diagnosis.inference
    import analyzer.workflow.forecast.predict  # noqa: F401  the last of three
