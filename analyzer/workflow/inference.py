"""Inference: one environment's rows against one target, up to the rename map."""

from functools import cached_property

from analyzer.analysis.renames import Pairing, pair_files
from analyzer.model.deployment import Deployed
from analyzer.model.diagnosis import Sighting
from analyzer.model.version_table import VersionTable
from analyzer.sources.git import Repository
from analyzer.sources.history import read_lookalikes
from analyzer.workflow.deploying import Deployment
from analyzer.workflow.lineages import Lineages
from analyzer.workflow.past import Past
from analyzer.workflow.reading import Target
from analyzer.workflow.request import Request


class Inference:
    """What follows from rows and history; each step is computed once, when it is asked for."""

    def __init__(
        self, repository: Repository, request: Request, table: VersionTable, target: Target
    ) -> None:
        self.repository, self.request, self.table, self.target = repository, request, table, target
        versions = [row.version for row in table.rows if row.version.is_number]
        applied = frozenset(version.number for version in versions)
        self.past = Past(repository, target, applied, cache=request.cache)
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

    def _lookalikes(self) -> list[tuple[str, str]]:
        if self.deployed is None:
            return []
        target = self.target.files.commit or self.past.tip  # the working tree itself is not diffed
        if target is None:
            return []
        directories = self.past.directories
        return read_lookalikes(self.repository, self.deployed.commit, target, directories)
