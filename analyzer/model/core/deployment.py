"""The deployed commit: whose files the applied rows stand for."""

from enum import StrEnum

from analyzer.model.core.version import Version
from analyzer.records import Struct


class HowDeployed(StrEnum):
    """Whether the user named the deployed commit or the rows did."""

    GIVEN = "given"
    INFERRED = "inferred"


class Deployed(Struct, frozen=True):
    """The commit whose migrations best explain the rows.

    ``missing`` are applied versions that it has no file for; ``extra`` are its versions
    that are not applied. ``ref`` names a branch that holds it where the target does not.
    ``rivals`` explain the rows just as well, but with other migrations under some versions.
    """

    commit: str
    how: HowDeployed
    missing: tuple[Version, ...]
    extra: tuple[Version, ...]
    ref: str | None = None
    rivals: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the commit's versions are just the applied ones."""
        return not self.missing and not self.extra
