"""Which dates of migrations an application forbids."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Protocol

    from analyzer.model.core.migration import MigrationFile
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


class Dating(Protocol):
    """A rule about dates that an application turns on or off. Its settings are read, never run."""

    def beyond(
        self, files: "Sequence[MigrationFile]", now: "datetime"
    ) -> "Sequence[MigrationFile]":
        """The files that the rule forbids, where it is on."""

    def settings(self, root: str) -> Sequence[str]:
        """Where the application may turn it on or off, in the order in which it is read.

        Args: root: the application's folder, from the repository's root; empty for that one.
        """

    def is_on(self, settings: Sequence[bytes]) -> bool:
        """Whether it certainly is. Args: settings: contents, in that order."""
