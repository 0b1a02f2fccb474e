"""Migrations that need each other's objects: no order of their versions would be right."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from analyzer.model.findings.dependency import Cycle, Edge, Tie, Violation

_MOST = 100  # cycles told; more of them say nothing new


def find_cycles(edges: Iterable[Edge], violations: Collection[Violation]) -> tuple[Cycle, ...]:
    """Find, for each thing that comes too late, the shortest way from its user to its provider.

    Only what a migration cannot do without counts: what it takes away, or the rows that it finds,
    follow the order and do not make it.
    """
    late = [violation for violation in violations if violation.provided_by is not None]
    if not late:
        return ()
    import networkx as nx

    graph = nx.DiGraph()
    for edge in edges:
        if edge.tie is Tie.NEEDS and not graph.has_edge(edge.before, edge.after):
            graph.add_edge(edge.before, edge.after, edge=edge)
    backward = [edge for edge in map(_backward, late) if edge is not None]
    for edge in backward:
        graph.add_edge(edge.before, edge.after, edge=edge)
    tangles = enumerate(nx.strongly_connected_components(graph))
    tangle = {path: number for number, paths in tangles for path in paths}
    circular = [edge for edge in backward if tangle[edge.before] == tangle[edge.after]]
    found: dict[frozenset[str], Cycle] = {}
    for edge in circular[:_MOST]:
        way = nx.shortest_path(graph, edge.after, edge.before)
        steps = [graph.edges[pair]["edge"] for pair in pairwise(way)]
        found.setdefault(frozenset(way), Cycle((edge, *steps)))
    return tuple(found.values())


def _backward(violation: Violation) -> Edge | None:
    """The edge from a provider to the user that comes before it."""
    if violation.provided_by is None:
        return None
    return Edge(violation.provided_by, violation.path, violation.needs, Tie.NEEDS, violation.line)
