"""What is known of a history, complete downward: with each commit, all its kept ancestors.

git's simplification keeps the commits that change the migration folders, and every merge. Of the
merges most say nothing: they change nothing in the folders against their first parent, and what
they join was there already. Such a merge is passed over here too. A commit that is passed over is
stood for by its home: the nearest kept commit up its first parents. Home has the same folders and
the same kept ancestors, so nothing that is asked of the one differs from the other. A commit has
no home where the folders were never there, up to a first commit and with no merge on the way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from analyzer.model.history import Commit, FileEvent

FindHomes = Callable[[frozenset[str]], Mapping[str, str | None]]
ReadEvents = Callable[[str, str], tuple[FileEvent, ...]]

MOST_STEPS = 500  # looked for one ancestor; a merge that takes longer is kept


@dataclass(slots=True)
class Ancestry:
    """The kept commits; grows, never shrinks.

    ``homes`` holds commits that history was asked for and that are passed over.
    """

    commits: dict[str, Commit] = field(default_factory=dict)
    homes: dict[str, str | None] = field(default_factory=dict)
    tips: set[str] = field(default_factory=set)  # asked for; all their ancestors are known

    def knows(self, sha: str) -> bool:
        """Whether the commit and all that it holds are here."""
        return sha in self.commits or sha in self.homes

    def home(self, sha: str) -> str | None:
        """The kept commit that stands for a known one."""
        return sha if sha in self.commits else self.homes[sha]

    def admit(self, simplified: Iterable[Commit]) -> None:
        """Take in commits that git has simplified, parents first; known ones may be among them."""
        sieve = _Sieve(self.commits)
        for commit in simplified:
            if commit.sha not in self.commits:
                sieve.take(commit)

    def join(self, raw: Iterable[Commit], find_homes: FindHomes, read_events: ReadEvents) -> None:
        """Take in commits with the parents that they really have.

        Args:
            raw: all commits that the tips hold and this ancestry does not, parents first; known
                ones may be among them.  find_homes: finds what stands for commits below the seam.
            read_events: what changed between two commits.
        """
        told: dict[str, Commit] = {}
        silent: dict[str, str | None] = {}
        for commit in raw:
            if commit.sha in self.commits:
                continue
            if commit.events or len(commit.parents) > 1:
                told[commit.sha] = commit
            else:
                silent[commit.sha] = commit.parents[0] if commit.parents else None
        seam = _Seam(self, told, silent, find_homes)
        self.admit(seam.rewritten(commit, read_events) for commit in told.values())


class _Sieve:
    """Lets through the commits worth keeping; they come parents first."""

    def __init__(self, kept: dict[str, Commit]) -> None:
        self.kept = kept
        self.passed: dict[str, str] = {}
        self.heights: dict[str, int] = {}  # longest way to a commit without parents
        for commit in oldest_first(kept, kept):
            self._measure(commit)

    def take(self, commit: Commit) -> None:
        """Keep the commit, or remember what stands for it."""
        homes = (self.passed.get(sha, sha) for sha in commit.parents)
        parents = tuple(dict.fromkeys(sha for sha in homes if sha in self.kept))
        if parents and not commit.events and self._holds(parents[0], parents[1:]):
            self.passed[commit.sha] = parents[0]
            return
        if parents != commit.parents:
            commit = replace(commit, parents=parents)
        self.kept[commit.sha] = commit
        self._measure(commit)

    def _measure(self, commit: Commit) -> None:
        above = [self.heights[parent] for parent in commit.parents if parent in self.heights]
        self.heights[commit.sha] = 1 + max(above, default=0)

    def _holds(self, first: str, others: Iterable[str]) -> bool:
        """Whether the others are all ancestors of the first."""
        return all(self._is_ancestor(other, first) for other in others)

    def _is_ancestor(self, old: str, young: str) -> bool:
        lowest = self.heights[old]
        seen = {young}
        todo = [young]
        while todo and len(seen) < MOST_STEPS:
            for parent in self.kept[todo.pop()].parents:
                if parent == old:
                    return True
                if parent not in seen and self.heights[parent] > lowest:
                    seen.add(parent)
                    todo.append(parent)
        return False


class _Seam:
    """Simplifies as git does, across the line between what is new and what is known."""

    def __init__(
        self,
        known: Ancestry,
        told: Mapping[str, Commit],
        silent: dict[str, str | None],
        find_homes: FindHomes,
    ) -> None:
        self.told, self.silent, self.known = told, silent, known
        parents = (parent for commit in told.values() for parent in commit.parents)
        ends = {end for parent in parents if (end := self._end(parent)) is not None}
        below = {end for end in ends if end not in told}
        self.homes = {end: known.home(end) for end in below if known.knows(end)}
        unknown = frozenset(below - self.homes.keys())
        self.homes.update(find_homes(unknown) if unknown else {})

    def rewritten(self, commit: Commit, read_events: ReadEvents) -> Commit:
        """The commit with parents that are told of; its events are against the first of them."""
        found = [self._home(parent) for parent in commit.parents]
        parents = tuple(parent for parent in found if parent is not None)
        events = commit.events
        if parents and found[0] is None:  # the first line never had the folders, another one had
            events = read_events(parents[0], commit.sha)
        return replace(commit, parents=parents, events=events)

    def _home(self, sha: str) -> str | None:
        end = self._end(sha)
        return end if end is None or end in self.told else self.homes[end]

    def _end(self, sha: str) -> str | None:
        """Go up while commits are silent; each step is gone once, then remembered."""
        way = []
        at: str | None = sha
        while at is not None and at in self.silent:
            way.append(at)
            at = self.silent[at]
        for step in way:
            self.silent[step] = at
        return at


def oldest_first(commits: Mapping[str, Commit], tips: Iterable[str]) -> Iterator[Commit]:
    """What the tips hold of the commits, parents before children, each branch in one piece.

    The order depends on the commits alone, not on how or when they were read: it is that of
    ``git log --topo-order --reverse``, with the tips by date.
    """
    waiting = _children(commits, tips)
    ready = [commits[sha] for sha, children in waiting.items() if not children]
    ready.sort(key=lambda commit: (commit.date, commit.sha))
    newest_first: list[Commit] = []
    while ready:
        commit = ready.pop()
        newest_first.append(commit)
        for parent in commit.parents:
            if parent in waiting:
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(commits[parent])
    return reversed(newest_first)


def _children(commits: Mapping[str, Commit], tips: Iterable[str]) -> dict[str, int]:
    """How many children each commit has, of those that the tips hold."""
    counts = dict.fromkeys(tips, 0)
    todo = list(counts)
    while todo:
        for parent in commits[todo.pop()].parents:
            if parent not in counts:
                if parent not in commits:
                    continue
                counts[parent] = 0
                todo.append(parent)
            counts[parent] += 1
    return counts
