"""The commits that renamed a migration: those of its trail, else those that brought its names."""

from collections.abc import Callable, Iterable, Iterator

from analyzer.analysis.renames.lineage import Appearance
from analyzer.model.core.history import Commit, FileEvent, History
from analyzer.model.findings.rename import RenamingCommit

_MERGE = 2  # parents; it repeats what its branches did
_MOST_HOPS = 1000

Arrival = tuple[Commit, FileEvent]


class Arrivals:
    """When each name came, for pairs that no trail in git joins: contents alone tell of them."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._by_path: dict[str, list[Arrival]] | None = None

    def way_to(self, path: str, start: str) -> Iterator[Commit]:
        """The commits that led to a name, newest first, as far back as git itself follows it."""
        for _ in range(_MOST_HOPS):
            arrival = self._last(path)
            if arrival is None:
                return
            commit, event = arrival
            yield commit
            if event.old_path is None or event.old_path in {start, path}:
                return
            path = event.old_path

    def commit_of(self, path: str) -> str | None:
        """The newest commit that brought a name; None where history shows none."""
        arrival = self._last(path)
        return None if arrival is None else arrival[0].sha

    def _last(self, path: str) -> Arrival | None:
        """The newest arrival of a name; a merge only where no other commit brought it."""
        if self._by_path is None:
            self._by_path = _arrivals(self._history.commits)
        found = self._by_path.get(path, [])
        plain = [it for it in found if len(it[0].parents) < _MERGE]
        return next(reversed(plain or found), None)


def _arrivals(commits: Iterable[Commit]) -> dict[str, list[Arrival]]:
    found: dict[str, list[Arrival]] = {}
    for commit in commits:
        for event in commit.events:
            if event.kind in "ARC":
                found.setdefault(event.path, []).append((commit, event))
    return found


def renaming_commits(
    trail: Appearance | None, old: str, new: str, arrivals: Callable[[], Arrivals] | None
) -> tuple[RenamingCommit, ...]:
    """Who renamed a migration from one path to another, newest first.

    Args: trail: the hops that history shows; None where contents alone join the two.
    """
    if trail is not None:
        return tuple(_told(hop.commit) for hop in reversed(trail.hops))
    return tuple(map(_told, arrivals().way_to(new, old))) if arrivals is not None else ()


def _told(commit: Commit) -> RenamingCommit:
    return RenamingCommit(commit.sha, commit.author, commit.date, commit.subject)
