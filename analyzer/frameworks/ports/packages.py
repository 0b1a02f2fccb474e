"""Packages that share one version table: their names begin the versions of their migrations."""

from collections.abc import Callable, Mapping, Sequence
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

    @property
    def tables(self) -> frozenset[str]:
        """Tables of packages that come with the tool: its next run makes those that lack first."""

    def of(self, version: str, /) -> str:
        """The package that a version belongs to."""

    def stood_for(self, content: bytes, /) -> Sequence[str]:
        """The versions that a migration stands for, by a text that it has or had."""

    def found(self, folders: Sequence[str], read: Callable[[str], bytes | None], /) -> "Framework":
        """The framework for the application that some migration folders are of.

        Its own files may call packages otherwise than the paths do, and say more besides.

        Args: read: a file by its path from the repository's root; None where there is none.
        """

    def called(self, names: Mapping[str, str], /) -> "Framework":
        """The framework for an application that calls packages otherwise, by migration folder."""
