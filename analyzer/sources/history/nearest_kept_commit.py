"""Which kept commit stands for one that is skipped, asked of git where it is not known."""

from collections.abc import Container, Iterable, Iterator, Mapping

from analyzer.sources.git.git import Repository


def find_homes(
    repository: Repository, commits: frozenset[str], kept: Container[str]
) -> Mapping[str, str | None]:
    """The nearest kept commit up the first parents of each commit; None where there is none.

    All travel together, through one walk that ends with the last of them.
    """
    homes: dict[str, str | None] = {sha: sha for sha in commits if sha in kept}
    travellers = {sha: [sha] for sha in commits if sha not in kept}
    first_parents: dict[str, str | None] = {}
    for sha, parent in _first_parents(repository, travellers) if travellers else ():
        first_parents[sha] = parent
        place: str | None = sha
        while place in travellers and place in first_parents:
            arrived, place = travellers.pop(place), first_parents[place]
            if place is None or place in kept:
                homes.update(dict.fromkeys(arrived, place))
            else:
                travellers.setdefault(place, []).extend(arrived)
        if not travellers:
            break
    return homes


def _first_parents(
    repository: Repository, starts: Iterable[str]
) -> Iterator[tuple[str, str | None]]:
    """The commits on the lines of first parents, each with its own."""
    for line in repository.stream(
        "log",
        "-z",
        "--first-parent",
        "--format=%H %P",
        "--no-decorate",
        "--no-notes",
        "--stdin",
        say="\n".join(starts),
    ):
        sha, *parents = line.decode("ascii").split()
        yield sha, parents[0] if parents else None
