"""Report: all that the formats print."""

from dataclasses import dataclass, field

from analyzer.model.attestation import Attestation
from analyzer.model.deployment import Deployed
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.finding import Finding
from analyzer.model.gap import Gap
from analyzer.model.migration import FileSet
from analyzer.model.prediction import Prediction
from analyzer.model.recommendation import Counsel
from analyzer.model.version_table import VersionTable


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """What was read of the repository; ``gaps`` say what its history lacks."""

    path: str
    framework: str
    shallow: bool
    files: FileSet
    other_applications: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class EnvironmentReport:
    """One environment: its rows, the deployed commit, the verdicts and the prediction.

    ``attestation`` is empty where there is no catalogue to look into; ``counsel`` is what is
    recommended, all of it carried out in memory first.
    """

    table: VersionTable
    deployed: Deployed | None
    diagnosis: Diagnosis
    prediction: Prediction
    attestation: tuple[Attestation, ...] = ()
    counsel: Counsel = field(default_factory=Counsel)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything known, for all formats."""

    repository: RepositoryFacts
    environments: tuple[EnvironmentReport, ...]
    findings: tuple[Finding, ...]
