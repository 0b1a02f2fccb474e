"""Versions for files that must have another one: as the framework itself would number the next."""

from collections.abc import Iterator

from analyzer.model.core.migration import MigrationFile


class Numbers:
    """Hands out versions: each file gets one, and keeps it.

    Args: issued: the versions, as the framework would give them, one after the other.
    """

    def __init__(self, issued: Iterator[str]) -> None:
        self._issued = issued
        self._given: dict[str, str] = {}

    def version_for(self, file: MigrationFile) -> str:
        """The version that a file is to have."""
        if file.path not in self._given:
            self._given[file.path] = next(self._issued)
        return self._given[file.path]
