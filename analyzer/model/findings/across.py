"""What several environments have of the same renames: the matrix of a report."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TypeVar

from analyzer.model.core.environments import Unreadable
from analyzer.model.findings.rename import Rename
from analyzer.records import Struct

Told = TypeVar("Told")


class RecordedName(StrEnum):
    """Under which of its two versions a migration is recorded in an environment.

    A row counts only where it is this migration's: in an exchange of versions that ran once, both
    versions are in the table, and each migration is there under its old one alone.
    """

    OLD = "old"
    NEW = "new"
    BOTH = "both"
    NONE = "none"
    UNKNOWN = "unknown"


class RenameAcross(Struct, frozen=True):
    """A rename, and how each environment stands to it, by name and in the report's order."""

    rename: Rename
    rows: tuple[tuple[str, RecordedName], ...]

    def at(self, environment: str) -> RecordedName:
        """How one environment stands to it."""
        return dict(self.rows)[environment]

    def environments_with(self, *kinds: RecordedName) -> tuple[str, ...]:
        """The environments that stand to it in one of these ways."""
        return tuple(name for name, found in self.rows if found in kinds)


class UnreadEnvironment(Struct, frozen=True):
    """An environment that could not be read; it was asked for after so many that could."""

    name: str
    error: Unreadable
    members: tuple[str, ...] = ()  # of a fleet, the one that it is about
    after: int = 0


def as_asked_for(
    read: Sequence[Told], unread: Iterable[UnreadEnvironment]
) -> Iterator[Told | UnreadEnvironment]:
    """All environments in the order in which they were asked for."""
    told = 0
    for one in sorted(unread, key=lambda it: it.after):
        yield from read[told : one.after]
        yield one
        told = max(told, one.after)
    yield from read[told:]
