"""How the schema of migration files differs from that of a database or a schema file."""

from collections.abc import Mapping
from enum import StrEnum

from analyzer.model.core.version import Version, VersionKey
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.report import RepositoryFacts
from analyzer.model.findings.schema_state import SchemaState, UnknownPart
from analyzer.model.schema.schema import ConstraintKind
from analyzer.records import Struct, field

LISTED_KINDS = frozenset({"view", "materialized_view", "function", "procedure", "trigger"})
"""Objects known by name only that are compared where the other side lists them."""


class ObjectStatus(StrEnum):
    """How an object stands; ``missing`` and ``extra`` are said of the other side."""

    MISSING = "missing"  # the migrations make it; it is not there
    EXTRA = "extra"  # it is there; the migrations do not make it
    DIFFERENT = "different"


class Change(Struct, frozen=True):
    """One property that differs: what the migrations make of it, and what is there."""

    what: str
    files: str
    there: str


class Responsible(Struct, frozen=True):
    """The migration that touched an object last. ``ran`` is None where that is not known."""

    version: str
    path: str
    ran: bool | None = None


class Difference(Struct, frozen=True):
    """One object that differs.

    ``table`` is None for types, extensions and what is known by name; ``detail`` describes the
    object on the side that has it; ``unsure`` are parts of migrations that nobody could read and
    that may be the reason; ``allowed`` says that the files themselves leave it open.
    """

    status: ObjectStatus
    kind: str  # table, column, primary_key, index, foreign_key, check, exclusion, enum, view ...
    name: str
    table: str | None = None
    detail: str = ""
    changes: tuple[Change, ...] = ()
    responsible: Responsible | None = None
    unsure: tuple[UnknownPart, ...] = ()
    allowed: bool = False


class Blame(Struct, frozen=True):
    """What the replay and the version table know of who did what.

    ``versions`` is by path; ``ran`` holds the versions that ran on the other side, None where that
    is not known; ``unsure`` are all parts of migrations that could not be followed; ``may_lack``
    and ``may_have`` are objects whose making or dropping depends on a condition of the file that
    cannot be decided here.
    """

    versions: Mapping[str, Version]
    ran: frozenset[VersionKey] | None = None
    unsure: tuple[UnknownPart, ...] = ()
    may_lack: frozenset[ObjectRef] = frozenset()
    may_have: frozenset[ObjectRef] = frozenset()


class Holding(Struct, frozen=True):
    """What the other side can hold at all: an old db/schema.rb has no enums and no checks."""

    enums: bool = True
    constraints: frozenset[ConstraintKind] = frozenset(ConstraintKind)
    validity: bool = True  # whether a foreign key's old rows were checked
    generated: bool = True  # the expression of a generated column
    others: frozenset[str] = LISTED_KINDS
    unnamed: bool = True  # a check that was given no name, where the engine gives it none


class SchemaDiff(Struct, frozen=True):
    """All differences. ``against`` names the other side, ``place`` says where it was read."""

    against: str  # "the database", or the schema file's path
    place: str
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()
    anew: str = ""  # the command that writes the schema file

    @property
    def equal(self) -> bool:
        """Whether nothing differs but what the files themselves leave open."""
        return all(difference.allowed for difference in self.differences)


class FileProblem(Struct, frozen=True):
    """A place in a migration file that could not be read; ``line`` is one-based."""

    path: str
    line: int
    what: str


class SchemaReport(Struct, frozen=True):
    """The schema of an application's files, and how it compares. ``versions`` is by path."""

    facts: RepositoryFacts
    state: SchemaState
    versions: Mapping[str, Version] = field(default_factory=dict)
    problems: tuple[FileProblem, ...] = ()
    diff: SchemaDiff | None = None

    @property
    def differs(self) -> bool:
        """Whether a comparison was asked for, and found something."""
        return self.diff is not None and not self.diff.equal
