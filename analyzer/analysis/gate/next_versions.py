"""Versions for files that must have another one: as Rails itself would number the next."""

from collections.abc import Iterable

from analyzer.model.core.migration import MigrationFile

TIMESTAMP_DIGITS = 14
LONGEST_SEQUENCE = 8  # up to here a number is one of a sequence (001, 002), not a date


class Numbers:
    """Hands out versions: each file gets one, and keeps it.

    Args: settled: files whose versions stay.  taken: all versions that are or were in use.
        now: as a timestamp.
    Source: ActiveRecord::Migration.next_migration_number, the later of now and newest plus one.
    """

    def __init__(self, settled: Iterable[MigrationFile], taken: Iterable[int], now: str) -> None:
        versions = [file.version for file in settled]
        usual = [one for one in versions if _is_usual(one.number)]
        self._newest = max(usual or versions, default=None)
        self._taken, self._now = set(taken), int(now)
        self._given: dict[str, str] = {}
        self._last = -1  # the number that was handed out last; all below it are taken

    def version_for(self, file: MigrationFile) -> str:
        """The version that a file is to have."""
        if file.path not in self._given:
            self._given[file.path] = self._next()
        return self._given[file.path]

    def _next(self) -> str:
        newest = self._newest
        number = newest.number + 1 if newest is not None else self._now
        sequence = newest is not None and len(str(newest.number)) <= LONGEST_SEQUENCE
        number = max(number if sequence else max(number, self._now), self._last + 1)
        while number in self._taken:
            number += 1
        self._taken.add(number)
        self._last = number
        return str(number).zfill(len(newest.text) if sequence and newest is not None else 0)


def _is_usual(number: int) -> bool:
    """Whether a version is no slip of the pen: of the length that a timestamp or sequence has."""
    digits = len(str(number))
    return digits <= LONGEST_SEQUENCE or digits == TIMESTAMP_DIGITS
