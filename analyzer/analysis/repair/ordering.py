"""One safe step after another for things that change places all at once."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TypeVar

Place = TypeVar("Place", bound=Hashable)


def in_safe_order(
    moves: Mapping[Place, Place], spare: Callable[[Place], Place] | None = None
) -> Iterator[tuple[Place, Place]]:
    """Order moves so that none ever meets an occupied target.

    ``moves`` is source to target; targets are distinct, and free unless they are sources too.
    ``spare`` names a free place for one whose place another wants first, as in a swap; it is not
    needed where no moves lead back to themselves (``circling``).

    Returns: (source, target) steps: chains from their end, each cycle through one spare place;
    otherwise in the order given. What stays in its place needs no step.
    """
    waiting = {source: target for source, target in moves.items() if source != target}
    while waiting:
        chain = [next(iter(waiting))]
        while (after := waiting[chain[-1]]) in waiting and after != chain[0]:
            chain.append(after)
        yield from _along(chain, waiting, spare)
        for source in chain:
            del waiting[source]


def _along(
    chain: list[Place], moves: Mapping[Place, Place], spare: Callable[[Place], Place] | None
) -> Iterator[tuple[Place, Place]]:
    first = chain[0]
    if spare is None or moves[chain[-1]] != first:
        yield from ((source, moves[source]) for source in reversed(chain))
        return
    aside = spare(first)
    yield first, aside
    yield from ((source, moves[source]) for source in reversed(chain[1:]))
    yield aside, moves[first]


def circling(moves: Mapping[Place, Place]) -> frozenset[Place]:
    """Find the places whose moves lead back to themselves, as in a swap."""
    found: set[Place] = set()
    seen: set[Place] = set()
    for start in moves:
        trail: list[Place] = []
        place = start
        while place in moves and place not in seen:
            seen.add(place)
            trail.append(place)
            place = moves[place]
        if place in trail:
            found.update(trail[trail.index(place) :])
    return frozenset(found)
