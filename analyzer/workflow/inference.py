"""Inference: one environment's rows against one target, up to the rename map."""

from collections.abc import Callable
from functools import cached_property

from analyzer.analysis.leads import Leads
from analyzer.analysis.renames import Pairing, pair_files
from analyzer.analysis.sightings import precedence
from analyzer.model.deployment import Deployed
from analyzer.model.diagnosis import Sighting
from analyzer.model.version_table import VersionTable
from analyzer.parsing.substance import same_code
from analyzer.workflow.deploying import Deployment
from analyzer.workflow.lineages import Lineages
from analyzer.workflow.past import Past
from analyzer.workflow.request import Request
from analyzer.workflow.target_history import TargetHistory


class Inference:
    """What follows from rows and history; each step is computed once, when it is asked for."""

    def __init__(self, start: TargetHistory, request: Request, table: VersionTable) -> None:
        self.repository, self.request, self.table = start.repository, request, table
        self.target = start.target
        versions = [row.version for row in table.rows if row.version.is_number]
        applied = frozenset(version.number for version in versions)
        self.past = Past(start, applied)
        self._deployment = Deployment(self.past, table, request.deployed)
        self._lineages = Lineages(self.past, self._deployment)

    @property
    def deployed(self) -> Deployed | None:
        """The commit the rows stand for."""
        return self._deployment.deployed

    @property
    def then(self) -> tuple[Sighting, ...]:
        """The migrations that may have run."""
        return self._lineages.then

    @cached_property
    def came_before(self) -> Callable[[str, str], bool]:
        """Whether a path was there before another came; then it had the version alone.

        A file that the deployed commit no longer has may have run before, but only may.
        """
        by_history = precedence(self.past.history)
        passed_over = {file.path for file in self._deployment.claimants}

        def came_before(one: str, other: str) -> bool:
            return (one not in passed_over or other in passed_over) and by_history(one, other)

        return came_before

    @cached_property
    def pairing(self) -> Pairing:
        """The migrations that may have run, paired with the files of today."""
        ran = [sighting.file for sighting in self.then]
        leads = Leads(
            self._lineages.trails,
            frozenset(file.blob for file in ran),
            self.past.substance,
            self.past.words,
            apart=self.deployed is not None and self.deployed.ref is not None,
        )
        return pair_files(ran, self.target.files.files, leads, self.request.decisions)

    def effects_changed(self, one: str, other: str) -> bool | None:
        """Whether two contents, by their ids, do different things; None where it cannot be told."""
        before, after = self.past.content(one), self.past.content(other)
        if same_code(before, after):
            return False
        from analyzer.analysis.effect_change import effects_differ  # with the whole of Ruby
        from analyzer.parsing.ruby import parse_ruby

        return effects_differ(parse_ruby(before).effects, parse_ruby(after).effects)
