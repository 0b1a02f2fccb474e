"""The order that migrations tell themselves, where their texts name others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.dependency import Cycle, DependencyGraph, Edge, Tie
from analyzer.records import replace

LineOf = Callable[[MigrationFile, str], int]
"""The line on which a file names a version."""


def with_told_order(
    graph: DependencyGraph, files: Sequence[MigrationFile], line_of: LineOf
) -> DependencyGraph:
    """The graph with the edges that the files tell, and the circles that these make.

    What names a migration that has no file here is left out.
    """
    by_key = {it.version.text: it for it in files}
    edges = tuple(edge for it in files for edge in _edges(it, by_key, line_of))
    if not edges:
        return graph
    circles = (*graph.cycles, *_circles(edges))
    return replace(graph, edges=(*graph.edges, *edges), cycles=circles)


def _edges(
    file: MigrationFile, by_key: Mapping[str, MigrationFile], line_of: LineOf
) -> Iterator[Edge]:
    name = file.name
    told = [*((it, Tie.NEEDS) for it in name.parents or ())]
    told += [(it, Tie.REPLACES) for it in name.replaces]
    for key, tie in told:
        if key in by_key and by_key[key].path != file.path:
            because = ObjectRef("migration", key)
            yield Edge(by_key[key].path, file.path, because, tie, line_of(file, key))
    for key in name.followers:
        if key in by_key and by_key[key].path != file.path:
            because = ObjectRef("migration", name.version.text)
            yield Edge(file.path, by_key[key].path, because, Tie.NEEDS, 1)


def _circles(edges: Sequence[Edge]) -> Iterator[Cycle]:
    """One circle for each group of migrations that all come after each other."""
    import networkx as nx

    needs = {(it.before, it.after): it for it in edges if it.tie is Tie.NEEDS}
    graph = nx.DiGraph(needs.keys())
    for group in nx.strongly_connected_components(graph):
        if len(group) > 1:
            start = min(group)
            after = next(it for it in sorted(graph.successors(start)) if it in group)
            way = [start, *nx.shortest_path(graph, after, start)]
            yield Cycle(tuple(needs[pair] for pair in pairwise(way)))
