"""Inference: one environment's rows against one target, up to the rename map."""

from functools import cached_property

from analyzer.analysis.renames import Pairing, pair_files
from analyzer.model.deployment import Deployed
from analyzer.model.diagnosis import Sighting
from analyzer.model.version_table import VersionTable
from analyzer.parsing.substance import same_code
from analyzer.sources.history import read_lookalikes
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
    def pairing(self) -> Pairing:
        """The migrations that may have run, paired with the files of today."""
        return pair_files(
            [sighting.file for sighting in self.then],
            self.target.files.files,
            self._lineages.trails,
            self.past.substance,
            self.past.mentions,
            self.request.decisions,
            self._lookalikes(),
            apart=self.deployed is not None and self.deployed.ref is not None,
        )

    def effects_changed(self, one: str, other: str) -> bool | None:
        """Whether two contents, by their ids, do different things; None where it cannot be told."""
        before, after = self.past.content(one), self.past.content(other)
        if same_code(before, after):
            return False
        from analyzer.analysis.effect_change import effects_differ  # with the whole of Ruby
        from analyzer.parsing.ruby import parse_ruby

        return effects_differ(parse_ruby(before).effects, parse_ruby(after).effects)

    def _lookalikes(self) -> list[tuple[str, str]]:
        if self.deployed is None:
            return []
        target = self.target.files.commit or self.past.tip  # the working tree itself is not diffed
        if target is None:
            return []
        directories = self.past.directories
        return read_lookalikes(self.repository, self.deployed.commit, target, directories)
