"""Revisions that name those they come after: who comes after whom, and in which order they run."""

from collections.abc import Collection, Iterable, Mapping

from analyzer.model.core.migration import MigrationName

Parents = Mapping[str, tuple[str, ...]]
"""By revision, those that it comes after."""


class Ranked(str):
    """A revision that knows its place in the order of its tree.

    It is equal to its text; those that know no place come last.
    """

    __slots__ = ("rank",)

    rank: float

    @classmethod
    def at(cls, text: str, rank: float) -> "Ranked":
        """A revision at a place."""
        made = cls(text)
        made.rank = rank
        return made

    def _place(self, other: str) -> tuple[tuple[float, str], tuple[float, str]]:
        return (self.rank, str(self)), (getattr(other, "rank", float("inf")), str(other))

    def __lt__(self, other: str) -> bool:
        mine, theirs = self._place(other)
        return mine < theirs

    def __le__(self, other: str) -> bool:
        mine, theirs = self._place(other)
        return mine <= theirs

    def __gt__(self, other: str) -> bool:
        mine, theirs = self._place(other)
        return mine > theirs

    def __ge__(self, other: str) -> bool:
        mine, theirs = self._place(other)
        return mine >= theirs


def parents_of(names: Iterable[MigrationName]) -> dict[str, tuple[str, ...]]:
    """By revision, those that it comes after."""
    return {name.version.text: name.parents or () for name in names}


def in_order(parents: Parents) -> list[str]:
    """All revisions, each after those that it comes after; of equals by text.

    Those of a cycle, which never run, come last.
    """
    waiting = {it: {one for one in above if one in parents} for it, above in parents.items()}
    order: list[str] = []
    while waiting:
        ready = sorted(it for it, above in waiting.items() if not above)
        for it in ready or sorted(waiting):
            order.append(it)
            del waiting[it]
        for above in waiting.values():
            above.difference_update(order)
    return order


def heads_of(parents: Parents) -> list[str]:
    """The revisions that none comes after."""
    named: Collection[str] = {one for above in parents.values() for one in above}
    return sorted(it for it in parents if it not in named)


def cycle_in(parents: Parents) -> list[str]:
    """Revisions that come after themselves, and those after them; empty where all is well."""
    left = dict(parents)
    while left:
        ready = [it for it, above in left.items() if not any(one in left for one in above)]
        if not ready:
            return sorted(left)
        for it in ready:
            del left[it]
    return []


def with_ancestors(parents: Parents, heads: Iterable[str]) -> set[str]:
    """Some revisions, and all that they come after, as far as these are known."""
    found: set[str] = set()
    todo = [it for it in heads if it in parents]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += [it for it in parents[one] if it in parents]
    return found


def coming_after(key: str, names: Iterable[MigrationName]) -> set[str]:
    """The revisions that come after one, however far."""
    below: dict[str, list[str]] = {}
    for name in names:
        for parent in name.parents or ():
            below.setdefault(parent, []).append(name.version.text)
        for child in name.followers:
            below.setdefault(name.version.text, []).append(child)
    found: set[str] = set()
    todo = [key]
    while todo:
        new = [it for it in below.get(todo.pop(), ()) if it not in found]
        found.update(new)
        todo += new
    return found
