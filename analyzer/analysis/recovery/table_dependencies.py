"""Which tables must be filled before which: the order that foreign keys ask for."""

from collections.abc import Iterable, Sequence

from analyzer.model.recovery.recovery import ForeignKeyEdge


def close_over(chosen: Iterable[str], keys: Iterable[ForeignKeyEdge]) -> frozenset[str]:
    """Add to tables all that they refer to, directly or not."""
    import networkx as nx

    graph = nx.DiGraph((key.table, key.refers_to) for key in keys)
    wanted = set(chosen)
    for table in [*wanted]:
        if table in graph:
            wanted |= nx.descendants(graph, table)
    return frozenset(wanted)


def load_order(tables: Sequence[str], keys: Iterable[ForeignKeyEdge]) -> list[tuple[str, ...]]:
    """Order tables so that each comes after those it refers to.

    Returns:
        Groups; more than one table in a group means that they refer to each other in a circle, and
        have to be filled together. The order does not depend on the order of the arguments.
    """
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(sorted(tables))
    known = set(tables)
    graph.add_edges_from(
        sorted(
            (key.refers_to, key.table)
            for key in keys
            if key.table in known and key.refers_to in known
        )
    )
    condensed = nx.condensation(graph)
    groups = {number: tuple(sorted(data["members"])) for number, data in condensed.nodes.items()}
    order = nx.lexicographical_topological_sort(condensed, key=lambda number: groups[number])
    return [groups[number] for number in order]
