"""Fixes for order violations: changes to files, and why just these."""

from enum import StrEnum

from analyzer.model.core.version import Version
from analyzer.model.findings.dependency import Violation
from analyzer.records import Struct


class FixKind(StrEnum):
    """What a fix does; the smallest comes first."""

    RENUMBER = "renumber"  # a version that restores the order, for a file that never ran
    GUARD = "guard"  # a statement only where what it needs is there
    SPLIT = "split"  # the statement again in a new migration, after what it needs
    NONE = "none"  # nothing that can be written safely


class FileChange(Struct, frozen=True):
    """A file before and after: renamed, edited, or new (``source`` None)."""

    source: str | None
    target: str
    before: bytes
    after: bytes


class OrderFix(Struct, frozen=True):
    """What to do, as an imperative, and why. ``changes`` are empty where a person must do it.

    ``ran`` says that a file which is renamed ran, so that its row has to follow; ``unsure``, that
    it may have run in a database that was not read.
    """

    kind: FixKind
    what: str
    why: str
    changes: tuple[FileChange, ...] = ()
    ran: bool = False
    unsure: bool = False


class FixedViolations(Struct, frozen=True):
    """One cause with all that it breaks, and the fix for it.

    ``violations`` are of one migration, for want of what one other migration provides.
    """

    violations: tuple[Violation, ...]
    fix: OrderFix


class RanVersions(Struct, frozen=True):
    """Which versions a schema file says have run. ``path`` is None where there is no such file.

    ``all`` is the whole list (structure.sql); a schema.rb tells only the ``newest``.
    """

    path: str | None = None
    newest: Version | None = None
    all: frozenset[Version] | None = None

    def ran(self, version: Version) -> bool | None:
        """Whether a version ran where the file was written; None where it does not say."""
        if self.all is not None:
            return version in self.all
        return None if self.newest is None else version <= self.newest
