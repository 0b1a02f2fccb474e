"""Report: all that the formats print."""

from datetime import datetime
from typing import TYPE_CHECKING

from analyzer.model.core.deployment import Deployed
from analyzer.model.core.gap import Gap
from analyzer.model.core.migration import FileSet
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.attestation import Attestation, Attested
from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.next_steps import NextSteps
from analyzer.model.findings.prediction import Prediction
from analyzer.model.findings.rename import RenamingCommit
from analyzer.records import Struct, field

if TYPE_CHECKING:  # of one environment without renames none of it is said
    from analyzer.model.findings.across import RenameAcross, UnreadEnvironment
    from analyzer.model.findings.joint_choice import JointChoice


class RepositoryFacts(Struct, frozen=True):
    """What was read of the repository; ``gaps`` say what its history lacks.

    ``stood_in``: of several applications, it was taken because the current folder lies in it.
    """

    path: str
    framework: str
    shallow: bool
    files: FileSet
    other_applications: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    stood_in: bool = False


class EnvironmentReport(Struct, frozen=True):
    """One environment: its rows, the deployed commit, the verdicts and the prediction.

    ``attestation`` is empty where there is no catalogue to look into; all that
    ``next_steps`` holds has been carried out in memory first. ``engine`` is the server's,
    None where a file named the rows. ``members`` are the schemas (databases) of a fleet that are
    all as this one, sorted; none where it is no fleet's. ``deployed_in`` is the deployed commit as
    its author tells of it; None where the history of the folders does not hold it.
    """

    table: VersionTable
    deployed: Deployed | None
    diagnosis: Diagnosis
    prediction: Prediction
    attestation: tuple[Attestation, ...] = ()
    next_steps: NextSteps = field(default_factory=NextSteps)
    engine: str | None = None
    read_at: datetime | None = None
    members: tuple[str, ...] = ()
    deployed_in: RenamingCommit | None = None

    @property
    def denied(self) -> bool:
        """Whether the catalogue lacks a part of what some row says that it ran."""
        lacking = (Attested.ROW_WITHOUT_EFFECT, Attested.HALF_APPLIED)
        known = (it for it in self.attestation if it.row is not None and it.doubted is None)
        return any(it.verdict in lacking for it in known)


class Report(Struct, frozen=True):
    """Everything known, for all formats.

    ``renames`` is the matrix of all environments, ``unread`` those that could not be read;
    ``joint`` says what follows from all of them together, None where there is but one.
    """

    repository: RepositoryFacts
    environments: tuple[EnvironmentReport, ...]
    findings: tuple[Finding, ...]
    renames: "tuple[RenameAcross, ...]" = ()
    unread: "tuple[UnreadEnvironment, ...]" = ()
    joint: "JointChoice | None" = None

    @property
    def several(self) -> bool:
        """Whether it is about more than one environment, or one could not be read."""
        return len(self.environments) > 1 or bool(self.unread)
