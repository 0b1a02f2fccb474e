"""Revisions that name those they come after."""

from collections.abc import Iterable, Mapping

Parents = Mapping[str, tuple[str, ...]]
"""By revision, those that it comes after."""


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
