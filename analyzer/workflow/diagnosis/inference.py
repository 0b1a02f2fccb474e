"""Inference: one environment's rows against one target, up to the rename map."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cache, cached_property
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.affixes import affixes_of
from analyzer.analysis.renames.last_seen import precedence
from analyzer.analysis.renames.pairing import Pairing, pair_files
from analyzer.analysis.renames.rename_hints import RenameHints
from analyzer.engines.registry import reading_sql, settle_sql
from analyzer.frameworks.base import Framework
from analyzer.model.core.deployment import Deployed
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.model.findings.rename import Decision, Rename
from analyzer.records import replace
from analyzer.workflow.diagnosis.deploying import Deployment, Texts, but_noted
from analyzer.workflow.diagnosis.lineages import Lineages
from analyzer.workflow.reading.files.contents import Contents
from analyzer.workflow.reading.files.current_files import with_settings
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.files.past_files import PastFiles
from analyzer.workflow.reading.recorded import recorded_of
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import Environment

if TYPE_CHECKING:
    from analyzer.analysis.diagnosis.assumed_order import KnownEnds
    from analyzer.analysis.diagnosis.undone import Aftermath
    from analyzer.analysis.renames.noted import Noted
    from analyzer.analysis.renames.renaming_commits import Arrivals
    from analyzer.engines.base import Engine
    from analyzer.workflow.notes.noted_runs import NotedRuns


class Inference:
    """Infers what ran from rows and history; each step is computed once, when it is asked for."""

    def __init__(self, start: TargetHistory, request: Request, environment: Environment) -> None:
        table = environment.table
        self.repository, self.request, self.table = start.repository, request, table
        self.target, self.catalog = start.target, environment.catalog
        settle_sql(self.engine.name)  # of a database by whatever name it was found
        versions = [row.version for row in table.rows if row.version.is_valid]
        applied = frozenset(version.key for version in versions)
        self.past_files = PastFiles(start, applied, self.engine.name)
        self._affixes = affixes_of(table.table.name, self.framework.store.table)
        self.contents = Contents(start.texts, self._affixes, self.engine.name)
        self.noted: NotedRuns | None = None
        if environment.notes is not None:
            from analyzer.workflow.notes import noted_runs

            self.noted = noted_runs.NotedRuns(environment.notes, self.past_files, table)
        self._deployment = Deployment(
            self.past_files, table, request.deployed, self._noted_commit, self._witnessed
        )
        self._lineages = Lineages(self.past_files, self._deployment, lambda: self._noted)
        self.texts_before_return = self._lineages.texts_before_return

    def of_twin(self, request: Request, environment: Environment) -> "Inference":
        """The same for an environment that has the same rows and catalogue, and no notes."""
        twin = copy(self)
        twin.request, twin.table, twin.catalog = request, environment.table, environment.catalog
        return twin

    @property
    def _noted(self) -> "Noted":
        return {} if self.noted is None else self.noted.proved

    def _noted_commit(self) -> str | None:
        return None if self.noted is None else self.noted.commit

    @property
    def framework(self) -> Framework:
        """Whose the files are, and the version table."""
        return self.target.framework

    @property
    def engine(self) -> "Engine":
        """Which engine the database is of."""
        from analyzer.engines.registry import engine, engine_of_source

        if self.request.rows is None:
            return engine_of_source(self.table.source)
        return engine(self.table.written_by or self._dialect)

    @cached_property
    def release(self) -> tuple[int, int] | None:
        """Which release of the framework will run the files, where the application pins it."""
        from analyzer.workflow.reading.files.release import release_of

        return release_of(self.repository, self.target)

    @cached_property
    def _dialect(self) -> str:
        """The engine that the team, or its application's own file, names."""
        from analyzer.workflow.reading.files.dialect import dialect_of_application

        request = with_settings(self.repository, self.request)
        return request.dialect or dialect_of_application(self.repository, self.target)

    @property
    def known_ends(self) -> "KnownEnds":
        """Where courses of migrations lead to, as far as other databases of this run asked."""
        known = self.past_files.shared.known_ends
        return known.setdefault((self._affixes, self.engine.name), {})

    @property
    def deployed(self) -> Deployed | None:
        """The commit the rows stand for."""
        return self._deployment.deployed

    @cached_property
    def then(self) -> tuple[SeenFile, ...]:
        """The migrations that may have run, each with the first of its texts that can have."""
        later = but_noted(self._deployment.later_texts, self._noted)
        if not later:
            return self._lineages.then
        from analyzer.workflow.diagnosis.text_that_ran import with_possible_texts

        return with_possible_texts(self, self._lineages.then, later)

    @property
    def texts(self) -> Texts:
        """The texts that files may have run with, where there are several and no note tells."""
        return but_noted(self._deployment.texts, self._noted)

    @cached_property
    def came_before(self) -> Callable[[str, str], bool]:
        """Whether a path was there before another came; then it had the version alone.

        A file that the deployed commit no longer has may have run before, but only may.
        """
        by_history = precedence(self.past_files.history)
        claimants = self._claimants

        def came_before(one: str, other: str) -> bool:
            return (one not in claimants or other in claimants) and by_history(one, other)

        return came_before

    @property
    def _claimants(self) -> frozenset[str]:
        noted = {run.seen.file.path for run in self._noted.values() if run.seen is not None}
        return frozenset(file.path for file in self._deployment.claimants) - noted

    @cached_property
    def pairing(self) -> Pairing:
        """The migrations that may have run, paired with the files of today.

        Where several files could be the one that ran, the catalogue may tell. Where a later
        migration took its work back, or the catalogue lacks it, the pair is left open.
        """
        paired = self._by_notes(self._settle_pairs(self._pair(self.decisions)))
        paired = self._with_doubts(paired)
        from analyzer.workflow.diagnosis.unexplained import supposed_pairs

        return replace(paired, supposed=supposed_pairs(self, paired))

    def _by_notes(self, paired: Pairing) -> Pairing:
        """What notes of the runs make certain."""
        if not self._noted:
            return paired
        from analyzer.analysis.renames.noted import by_notes

        return by_notes(paired, self._noted, self._hints)

    def _with_doubts(self, paired: Pairing) -> Pairing:
        if not any(map(self._moves_a_row, paired.renames)):
            return paired
        from analyzer.analysis.diagnosis.undone import with_doubts

        aftermath = self.aftermath_of(paired)
        return with_doubts(
            paired, lambda it: aftermath.doubt(it) if self._moves_a_row(it) else None
        )

    def _moves_a_row(self, rename: Rename) -> bool:
        """Whether only the old version is recorded, and no other migration may hold its row."""
        applied, old = self.past_files.applied, rename.old.version.key
        ran_once = old in applied and rename.new.version.key not in applied
        return ran_once and self._carriers[old] == 1

    @cached_property
    def _carriers(self) -> Counter[VersionKey]:
        return Counter(file.version.key for file in self.ran)

    def aftermath_of(self, paired: Pairing) -> "Aftermath":
        """Follow the work of the migrations that ran, taking the pairing as right."""
        from analyzer.workflow.diagnosis.aftermath import build_aftermath

        return build_aftermath(self, paired)

    def _settle_pairs(self, paired: Pairing) -> Pairing:
        if not paired.ambiguous:
            return paired
        from analyzer.analysis.renames.catalog_word import by_catalog
        from analyzer.workflow.diagnosis.open_pairs import settle

        settled = settle(self, paired)
        if not settled:
            return paired
        taken = [Decision(it.old.path, it.new.path, accept) for it, accept in settled]
        again = self._pair((*self.decisions, *taken))
        return by_catalog(again, [rename for rename, accept in settled if accept])

    @cached_property
    def elsewhere(self) -> Mapping[VersionKey, SeenFile]:
        """Files of other folders and refs for the rows that nothing explains, by version."""
        from analyzer.workflow.diagnosis.unexplained import unexplained_rows

        unexplained = unexplained_rows(self)
        if not unexplained:
            return {}
        from analyzer.workflow.diagnosis.elsewhere import look_elsewhere

        return look_elsewhere(self, unexplained)

    def in_database(self, files: Sequence[MigrationFile]) -> MigrationFile | None:
        """The one of several migrations whose objects are in the database; None where unknown."""
        numbers = {file.version.key for file in files}
        others = (it.file for it in self.then if it.file.version.key not in numbers)
        return self._witnessed(files, others)

    def _witnessed(
        self, files: Sequence[MigrationFile], others: Iterable[MigrationFile]
    ) -> MigrationFile | None:
        if self.catalog is None:
            return None
        from analyzer.analysis.diagnosis.attestation import choose_by_catalog

        return choose_by_catalog(files, self.contents.parsed, self.catalog, self.engine, others)

    def _pair(self, decisions: Sequence[Decision]) -> Pairing:
        return pair_files(
            self.ran,
            self.target.files.files,
            self._hints,
            decisions,
            numbering=self.framework.numbering,
        )

    @cached_property
    def ran(self) -> tuple[MigrationFile, ...]:
        """The migrations that may have run, as files."""
        return tuple(last_seen.file for last_seen in self.then)

    @cached_property
    def _hints(self) -> RenameHints:
        """Collect the hints for pairs besides names."""
        return RenameHints(
            self._lineages.trails,
            frozenset(file.blob for file in self.ran),
            self._claimants,
            self.past_files.features,
            self.past_files.words,
            apart=self.deployed is not None and self.deployed.ref is not None,
            arrivals=cache(self._arrivals),
            packages=self.framework.packages,
            past_texts=self.past_files.texts_at,
        )

    def _arrivals(self) -> "Arrivals":
        from analyzer.analysis.renames.renaming_commits import Arrivals  # most runs rename nothing

        return Arrivals(self.past_files.history)

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """The user's answers, and what the team wrote down of its renames besides."""
        recorded = recorded_of(self.repository, self.target)
        if not recorded.renames:
            return self.request.decisions
        from analyzer.analysis.renames.recorded import decisions_of

        own, today = self.request.decisions, self.target.files.files
        numbering = self.framework.numbering
        return (*own, *decisions_of(recorded, self.ran, today, own, numbering))

    def effects_changed(self, one: str, other: str) -> bool | None:
        """Whether two contents, by their ids, do different things; None where it cannot be told."""
        before, after = self.past_files.content(one), self.past_files.content(other)
        language = self.framework.language
        if language.same_code(before, after):
            return False
        from analyzer.analysis.diagnosis.effect_change import (
            effects_differ,  # with all kinds of effects
        )

        with reading_sql(self.engine.name):
            return effects_differ(language.parse(before).effects, language.parse(after).effects)
