"""Which kept commit stands for one that is passed over, asked of git where it is not known."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.sources.git import Repository, pathspecs


@dataclass(slots=True)
class _Traveller:
    """A commit looking for its home, and whether it came past a merge."""

    start: str
    past_merge: bool = False


def find_homes(
    repository: Repository,
    commits: frozenset[str],
    kept: Container[str],
    directories: Sequence[str],
) -> Mapping[str, str | None]:
    """The nearest kept commit at or above each of the commits; None where there is none.

    All travel up their first parents together, through one walk that stops with the last of them.
    Who comes to the top without having met a kept commit, but past a merge, has its home up
    another parent of that merge (the first never had the folders), and asks git for the way.
    """
    homes: dict[str, str | None] = {sha: sha for sha in commits if sha in kept}
    lost = []
    for traveller, home in _travel(repository, commits - homes.keys(), kept):
        homes[traveller.start] = home
        if home is None and traveller.past_merge:
            lost.append(traveller.start)
    homes.update((start, _simplified_home(repository, start, kept, directories)) for start in lost)
    return homes


def _travel(
    repository: Repository, starts: frozenset[str], kept: Container[str]
) -> Iterator[tuple[_Traveller, str | None]]:
    """Each start, once it has met a kept commit or come to the top."""
    at = {start: [_Traveller(start)] for start in starts}
    parents: dict[str, list[str]] = {}
    for sha, *above in _first_parent_lines(repository, starts) if starts else ():
        parents[sha] = above
        place = sha
        while place in at and place in parents:
            travellers = at.pop(place)
            for traveller in travellers:
                traveller.past_merge |= len(parents[place]) > 1
            if not parents[place]:
                yield from ((traveller, None) for traveller in travellers)
                break
            place = parents[place][0]
            if place in kept:
                yield from ((traveller, place) for traveller in travellers)
                break
            at.setdefault(place, []).extend(travellers)
        if not at:
            break


def _first_parent_lines(repository: Repository, starts: Iterable[str]) -> Iterator[list[str]]:
    """The commits on the lines of first parents, each with all its parents."""
    fields = repository.stream(
        "log", "-z", "--first-parent", "--format=%H %P", "--no-decorate", "--no-notes", "--stdin",
        say="\n".join(starts),
    )  # fmt: skip
    return (line.decode("ascii").split() for line in fields)


def _simplified_home(
    repository: Repository, start: str, kept: Container[str], directories: Sequence[str]
) -> str | None:
    """Go up the first parents that are left after git's own simplification."""
    place: str | None = None
    for line in repository.stream(
        "log", "-z", "--full-history", "--parents", "--format=%H %P", "--no-decorate",
        "--no-notes", "--topo-order", start, "--", *pathspecs(directories),
    ):  # fmt: skip
        sha, *above = line.decode("ascii").split()
        if place not in (None, sha):
            continue
        if sha in kept or not above:
            return sha if sha in kept else None
        place = above[0]
    return None
