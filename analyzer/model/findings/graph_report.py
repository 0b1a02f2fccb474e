"""All that the formats print of a dependency graph."""

from collections.abc import Mapping
from enum import StrEnum

from analyzer.model.findings.dependency import DependencyGraph, Neighbourhood
from analyzer.model.findings.order_fix import FixedViolations
from analyzer.model.findings.report import RepositoryFacts
from analyzer.records import Struct, field


class NodeState(StrEnum):
    """What a migration is in the database that was read."""

    APPLIED = "applied"
    RENAMED = "renamed"  # it ran under another version
    PENDING = "pending"
    BLOCKED = "blocked"  # it never ran, and the row of another one hides that
    AMBIGUOUS = "ambiguous"


class NodeMark(Struct, frozen=True):
    """The state of one migration; ``ran_as`` is the version under which it ran, if another."""

    state: NodeState
    ran_as: str | None = None

    def __str__(self) -> str:
        """Say it in words: ``renamed, ran as 20250715180254``."""
        return self.state.value if self.ran_as is None else f"{self.state}, ran as {self.ran_as}"


class NodeMarks(Struct, frozen=True):
    """The states by path, and the database that has them; without one, ``why`` there is none."""

    by_path: Mapping[str, NodeMark] = field(default_factory=dict)
    place: str | None = None
    why: str = "no database was read"


class Brief(Struct, frozen=True):
    """The part of a long history that a picture shows: what it is in words, and what is left."""

    graph: DependencyGraph
    chosen: str
    left_out: int


class GraphReport(Struct, frozen=True):
    """A graph with where it was read, fixes for its violations, and the part that was asked for.

    ``graph`` is what to show: the whole, or the neighbourhood's part of it.
    """

    repository: RepositoryFacts
    graph: DependencyGraph
    fixed: tuple[FixedViolations, ...] = ()
    neighbourhood: Neighbourhood | None = None
    brief: Brief | None = None
    marks: NodeMarks = NodeMarks()

    @property
    def broken(self) -> bool:
        """Whether the order does not hold."""
        return bool(self.graph.violations or self.graph.cycles)

    @property
    def picture(self) -> DependencyGraph:
        """What a picture shows: of a long history what matters, unless all was asked for."""
        return self.graph if self.brief is None else self.brief.graph
