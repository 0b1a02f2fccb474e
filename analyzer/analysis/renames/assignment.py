"""A global assignment: which pairs hold together, all weighed at once.

Taking the best pair first can rob another file of its only partner; a maximum weight matching
cannot. Pairs that compete are found first, because almost always nothing does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from analyzer.records import Struct

CLEAR_LEAD = 0.75  # a rival this close to the winner makes the pair ambiguous

Pair = tuple[str, str]  # the old file's path and the new one's


class Assigned(Struct, frozen=True):
    """A pair that the assignment chose, and the pairs that come too close to it."""

    pair: Pair
    rivals: tuple[Pair, ...]


def assign(weights: Mapping[Pair, float]) -> tuple[Assigned, ...]:
    """Choose at most one partner for each file so that the sum of the weights is greatest.

    Returns: the chosen pairs in path order, each with the rivals that nothing clearly beats.
    """
    chosen: dict[str, str] = {}
    for group in _groups(weights):
        chosen.update(_match({pair: weights[pair] for pair in group}))
    taken = {new: old for old, new in chosen.items()}
    of_old, of_new = _by_end(weights)
    return tuple(
        Assigned(
            (old, new),
            tuple(_rivals((old, new), of_old[old] + of_new[new], weights, chosen, taken)),
        )
        for old, new in sorted(chosen.items())
    )


def _by_end(
    weights: Iterable[Pair],
) -> tuple[dict[str, list[Pair]], dict[str, list[Pair]]]:
    """The pairs of each old file, and those of each new one."""
    of_old, of_new = defaultdict[str, list[Pair]](list), defaultdict[str, list[Pair]](list)
    for pair in weights:
        of_old[pair[0]].append(pair)
        of_new[pair[1]].append(pair)
    return of_old, of_new


def _groups(weights: Mapping[Pair, float]) -> list[list[Pair]]:
    """Pairs that compete for a file, directly or through others."""
    of_old, of_new = _by_end(weights)
    groups, seen = [], set[Pair]()
    for start in sorted(weights):
        if start in seen:
            continue
        group, todo = [], [start]
        seen.add(start)
        while todo:
            pair = todo.pop()
            group.append(pair)
            for near in (*of_old.pop(pair[0], ()), *of_new.pop(pair[1], ())):
                if near not in seen:
                    seen.add(near)
                    todo.append(near)
        groups.append(sorted(group))
    return groups


def _match(weights: Mapping[Pair, float]) -> Iterable[Pair]:
    if len(weights) == 1:
        return list(weights)
    import networkx as nx

    graph = nx.Graph()
    for (old, new), weight in weights.items():
        graph.add_edge(("old", old), ("new", new), weight=weight)
    return [
        (one[1], other[1]) if one[0] == "old" else (other[1], one[1])
        for one, other in nx.max_weight_matching(graph)
    ]


def _rivals(
    pair: Pair,
    near: Iterable[Pair],
    weights: Mapping[Pair, float],
    chosen: Mapping[str, str],
    taken: Mapping[str, str],
) -> Iterable[Pair]:
    """Pairs that share a file with the chosen one and come close to all that would give way.

    ``near``: all pairs of either file.
    """
    for rival in sorted(set(near)):
        weight = weights[rival]
        if rival == pair or weight < weights[pair] - CLEAR_LEAD:
            continue
        in_the_way = []
        if rival[1] in taken:
            in_the_way.append(weights[taken[rival[1]], rival[1]])
        if rival[0] in chosen:
            in_the_way.append(weights[rival[0], chosen[rival[0]]])
        if all(weight >= held - CLEAR_LEAD for held in in_the_way):
            yield rival
