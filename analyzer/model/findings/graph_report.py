"""All that the formats print of a dependency graph."""

from analyzer.model.findings.dependency import DependencyGraph, Neighbourhood
from analyzer.model.findings.order_fix import FixedViolations
from analyzer.model.findings.report import RepositoryFacts
from analyzer.records import Struct


class GraphReport(Struct, frozen=True):
    """A graph with where it was read, fixes for its violations, and the part that was asked for.

    ``graph`` is what to show: the whole, or the neighbourhood's part of it.
    """

    repository: RepositoryFacts
    graph: DependencyGraph
    fixed: tuple[FixedViolations, ...] = ()
    neighbourhood: Neighbourhood | None = None

    @property
    def broken(self) -> bool:
        """Whether the order does not hold."""
        return bool(self.graph.violations or self.graph.cycles)
