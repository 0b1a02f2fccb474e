"""What the gate compares, and what it says."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from analyzer.model.core.migration import FileSet, IgnoredFile, MigrationFile, WhyIgnored
from analyzer.model.core.version import Version
from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.records import Struct, field

WORKING_TREE = "the working tree"  # what a report calls the change that is not committed yet


class EditKind(StrEnum):
    """How two texts of one migration differ."""

    NONE = "none"
    COMMENTS = "comments"  # and blank space, and the class's name
    SAME_EFFECTS = "same-effects"
    CONDITIONS = "conditions"  # what it did stands under conditions now
    EFFECTS = "effects"
    UNKNOWN = "unknown"  # it cannot be told


class Sides(Struct, frozen=True):
    """The migrations of all compared folders at the three points that a change is judged by.

    ``start`` is the commit that both sides have in common, ``head`` the change, ``tip`` the base as
    it is now.
    """

    start: FileSet
    head: FileSet
    tip: FileSet

    def newly_ignored(self, why: WhyIgnored) -> list[IgnoredFile]:
        """The files that the change adds and that are no migrations, for one reason."""
        known = {one.path for one in (*self.start.ignored, *self.tip.ignored)}
        return [one for one in self.head.ignored if one.why is why and one.path not in known]


class Moved(Struct, frozen=True):
    """A merged migration under another path; the texts may differ too."""

    old: MigrationFile
    new: MigrationFile


class Changes(Struct, frozen=True):
    """What the change did to merged migrations, and what it added; in path order.

    ``added`` holds no file that ``moved`` explains. ``merged`` are the files as they will be once
    the change is merged into the base's tip.
    """

    moved: tuple[Moved, ...]
    deleted: tuple[MigrationFile, ...]
    edited: tuple[Moved, ...]
    added: tuple[MigrationFile, ...]
    merged: tuple[MigrationFile, ...]


class Squash(Struct, frozen=True):
    """A new file, and the deleted ones (in version order) whose work it holds.

    ``beyond`` names indexes that none of the merged migrations makes.
    """

    file: MigrationFile
    replaced: tuple[MigrationFile, ...]
    beyond: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The version under which databases that ran the others take it for done."""
        return self.replaced[-1].version.text

    @property
    def sound(self) -> bool:
        """Whether it has that version."""
        return self.file.version == self.replaced[-1].version


ALLOWED_LOSS = "destroys"
"""What an allowance names instead of a code where it means data that the migration takes away."""


class Allowance(Struct, frozen=True):
    """A comment in a migration that allows a finding: ``migdoctor:allow CODE reason``."""

    path: str
    line: int
    code: str
    reason: str
    fresh: bool  # the change adds it


class Allowed(Struct, frozen=True):
    """A finding that somebody allowed, and why."""

    finding: Finding
    reason: str
    place: str


class Doubled(Struct, frozen=True):
    """A version that a schema file lists twice; ``alone``: it can go with its line (one-based)."""

    version: str
    line: int
    alone: bool


class WrittenVersion(Struct, frozen=True):
    """How a schema file spells a version, and the line (one-based) where."""

    line: int
    written: str


class SchemaFacts(Struct, frozen=True):
    """What a schema file says has run.

    ``versions`` is None where it names only the newest, which stands as ``written`` in ``line``.
    ``conflict`` is the line where a merge left both sides. ``places`` are those of all it names.
    """

    path: str
    newest: Version | None
    versions: frozenset[Version] | None = None
    written: str = ""
    line: int = 1
    doubled: tuple[Doubled, ...] = ()
    conflict: int | None = None
    places: Mapping[Version, WrittenVersion] = field(default_factory=dict)


class Tied(Struct, frozen=True):
    """A pair of migrations (by path) whose order matters; ``because`` as shown: table songs.

    ``sure``: the outcome differs, whatever rows there are.
    """

    before: str
    after: str
    because: str
    sure: bool = True


class Late(Struct, frozen=True):
    """What reading shows of a migration's order against newer ones; paths name the others."""

    ties: tuple[Tied, ...] = ()
    unknown: int | None = None  # the first line that cannot be read
    rows: str | None = None  # a table of which both change rows, not known to be of one column


class TooEarly(Struct, frozen=True):
    """A migration that needs what only a later one creates."""

    path: str
    line: int
    needs: str  # an object as shown: table songs
    provided_by: str


class Touched(Struct, frozen=True):
    """A file of the change; its order may have changed against all that come after ``since``."""

    file: MigrationFile
    since: Version


class OtherBranch(Struct, frozen=True):
    """Another open branch: what it adds, and the tables that each of its new files creates."""

    name: str
    added: tuple[MigrationFile, ...]
    creates: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by path


class GateReport(Struct, frozen=True):
    """The outcome of a check. ``base`` and ``head`` are in words, ``start`` is a commit."""

    repository: str
    base: str
    base_commit: str
    start: str
    head: str
    directories: tuple[str, ...]
    compared: int  # migrations at the common commit
    added: int
    findings: tuple[Finding, ...]
    allowed: tuple[Allowed, ...] = ()
    notes: tuple[str, ...] = ()  # about the run itself
    rules: tuple[Rule, ...] = ()  # all that the gate looks for, in the order of their codes
    unread: tuple[UnreadEnvironment, ...] = ()  # of those whose rows were asked for
    staged: bool = False  # what is about to be committed
    same: bool = False  # the change is its own base, and nothing was compared
    fixable: bool = False  # what --fix would write leaves less to complain of

    def title(self, code: str) -> str:
        """What a code stands for, in a few words."""
        return next((rule.title for rule in self.rules if rule.code == code), "")

    @property
    def blocks(self) -> bool:
        """Whether the gate is shut: any error or warning."""
        return any(finding.severity is not Severity.NOTE for finding in self.findings)


EditOf = Callable[[str, str], EditKind]  # of two blobs
