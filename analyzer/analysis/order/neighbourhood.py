"""The part of a graph near some migrations, so that a long history stays legible."""

from collections.abc import Collection, Iterable, Sequence

from analyzer.model.findings.dependency import DependencyGraph, Edge, Neighbourhood, Tie
from analyzer.records import replace


def around(graph: DependencyGraph, centre: Sequence[str], depth: int) -> Neighbourhood:
    """Keep the migrations at most ``depth`` steps from the centre, in either direction.

    Args: centre: paths of migrations of the graph.  depth: 0 keeps the centre alone.
    Returns: the part with all that is known of it, and what the centre drags along.
    """
    edges = (*graph.edges, *_late(graph))
    near = _near(edges, centre, depth)
    return Neighbourhood(
        _part(graph, near),
        tuple(centre),
        _ancestors(graph, edges, centre),
        len(graph.nodes) - len(near),
    )


def _late(graph: DependencyGraph) -> Iterable[Edge]:
    """Count a provider that comes too late among its user's neighbours."""
    return [
        Edge(each.provided_by, each.path, each.needs, Tie.NEEDS, each.line)
        for each in graph.violations
        if each.provided_by is not None
    ]


def _near(edges: Iterable[Edge], centre: Sequence[str], depth: int) -> set[str]:
    beside: dict[str, set[str]] = {}
    for edge in edges:
        beside.setdefault(edge.before, set()).add(edge.after)
        beside.setdefault(edge.after, set()).add(edge.before)
    near = rim = set(centre)
    for _ in range(depth):
        rim = {other for path in rim for other in beside.get(path, ())} - near
        if not rim:
            break
        near = near | rim
    return near


def _ancestors(
    graph: DependencyGraph, edges: Iterable[Edge], centre: Sequence[str]
) -> tuple[str, ...]:
    """List the migrations that the centre needs, in the order in which they run."""
    import networkx as nx

    needs = nx.DiGraph((edge.before, edge.after) for edge in edges if edge.tie is Tie.NEEDS)
    found = {
        path for start in centre if start in needs for path in nx.ancestors(needs, start)
    } - set(centre)
    return tuple(node.path for node in graph.nodes if node.path in found)


def _part(graph: DependencyGraph, near: Collection[str]) -> DependencyGraph:
    cycles = (each for each in graph.cycles if any(edge.after in near for edge in each.edges))
    missing = (
        replace(each, users=tuple(place for place in each.users if place.path in near))
        for each in graph.missing
    )
    return DependencyGraph(
        tuple(node for node in graph.nodes if node.path in near),
        tuple(edge for edge in graph.edges if edge.before in near and edge.after in near),
        tuple(each for each in graph.violations if each.path in near),
        tuple(cycles),
        tuple(each for each in missing if each.users),
        tuple(each for each in graph.skipped if each.path in near),
        tuple(part for part in graph.opaque if part.path in near),
    )
