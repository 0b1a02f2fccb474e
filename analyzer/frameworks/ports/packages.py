"""Packages that share one version table: their names begin the versions of their migrations."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.frameworks.base import Framework
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Packages(Protocol):
    """What tells the packages apart.

    Those that an application only installs have their migrations elsewhere.
    """

    def of(self, version: str, /) -> str:
        """The package that a version belongs to."""

    def beside(self, folder: str, /) -> str:
        """The file that may call a migration folder's package otherwise than its path does."""

    def named(self, content: bytes, /) -> str | None:
        """What such a file calls the package; None where it leaves that to the path."""

    def called(self, names: Mapping[str, str], /) -> "Framework":
        """The framework for an application that calls packages otherwise, by migration folder."""
