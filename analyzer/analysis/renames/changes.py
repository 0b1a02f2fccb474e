"""The differences between the two files of a pair."""

from enum import Enum, auto

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.rename import Confidence, Rename


class PairChange(Enum):
    """The differences between the two files of a pair."""

    NONE = auto()
    NAME = auto()
    VERSION = auto()
    UNKNOWN = auto()  # whether they are one migration at all is open


def change_of(rename: Rename) -> PairChange:
    """Say what changed."""
    if rename.confidence is Confidence.AMBIGUOUS:
        return PairChange.UNKNOWN
    if rename.old.version != rename.new.version:
        return PairChange.VERSION
    return PairChange.NONE if full_name(rename.old) == full_name(rename.new) else PairChange.NAME


def full_name(file: MigrationFile) -> tuple[VersionKey, str, str]:
    """All of a file's name that tells it from others."""
    return file.version.key, file.name.slug, file.name.scope
