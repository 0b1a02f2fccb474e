"""The tool's own settings files, where one of them changes what its next run does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.frameworks.base import Framework
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class OwnSettings(Protocol):
    """They are read, never run."""

    def files(self, root: str, /) -> tuple[str, ...]:
        """Where they may be in an application, by paths from the repository's root.

        What stands first wins. Args: root: the application's.
        """

    def obeyed(self, contents: Mapping[str, bytes], /) -> "Framework":
        """The framework as those that are there have it, by path in the order of `files`."""
