"""Report: all that the formats print."""

from dataclasses import dataclass

from analyzer.model.deployment import Deployed
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.finding import Finding
from analyzer.model.migration import FileSet, MigrationFile
from analyzer.model.version_table import VersionTable


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """What was read of the repository."""

    path: str
    framework: str
    shallow: bool
    files: FileSet
    other_applications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """The first migration at which the next migrate would stop, or all of it (``file`` None)."""

    file: MigrationFile | None
    reason: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Data that the next migrate would destroy."""

    file: MigrationFile
    what: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the next migrate would do: the files it would run in order, up to the first failure."""

    would_run: tuple[MigrationFile, ...]
    fails_at: Failure | None
    destroys: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class EnvironmentReport:
    """One environment: its rows, the deployed commit, the verdicts and the prediction."""

    table: VersionTable
    deployed: Deployed | None
    diagnosis: Diagnosis
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class Report:
    """Everything known, for all formats."""

    repository: RepositoryFacts
    environments: tuple[EnvironmentReport, ...]
    findings: tuple[Finding, ...]
