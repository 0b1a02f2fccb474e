"""What is known of a history, complete downward: with each commit, all its kept ancestors.

A commit is kept if it changes the migration folders against its first parent, or if it is a merge
that joins what its first parent lacks. Most merges do neither, and they are passed over like all
other commits. A commit that is skipped is stood for by its home: the nearest kept commit up
its first parents. Home has the same folders and the same kept ancestors, so nothing that is asked
of the one would be answered otherwise by the other. Where there is no home, there never was a file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from analyzer.model.core.history import Commit
from analyzer.records import Struct, field
from analyzer.sources.history.log import Events, RawCommit

FindHomes = Callable[[frozenset[str]], Mapping[str, str | None]]
Compare = Callable[[str, str], Events]

MOST_STEPS = 500  # taken to find one ancestor; a merge that takes more is kept


class Ancestry(Struct):
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
        """The kept commit that stands for a known one; None where there is none."""
        return sha if sha in self.commits else self.homes[sha]

    def join(
        self,
        blocks: Iterable[Iterable[RawCommit]],
        tips: Iterable[str],
        find_homes: FindHomes,
        compare: Compare,
    ) -> None:
        """Take in all commits that the tips hold and this ancestry does not.

        Args:
            blocks: those commits, parents first; known ones may be among them.
            find_homes: finds homes among the commits known before.
            compare: says what changed between two commits.
        """
        sieve = _Sieve(self, find_homes, compare)
        for block in blocks:
            sieve.take(list(block))
        self.tips.update(tips)
        asked = [tip for tip in self.tips if not self.knows(tip)]
        sieve.look_up(asked)
        self.homes.update((tip, sieve.homes[tip]) for tip in asked)


class _Sieve:
    """Keeps the commits worth keeping, and knows the homes of the others."""

    def __init__(self, known: Ancestry, find_homes: FindHomes, compare: Compare) -> None:
        self.kept = known.commits
        self.homes = dict(known.homes)
        self.seam = bool(known.tips)  # some parents are not among what is taken in
        self.find_homes, self.compare = find_homes, compare
        self.heights: dict[str, int] = {}  # longest way to a commit without parents
        for commit in oldest_first(self.kept, self.kept):
            self._measure(commit)

    def take(self, block: list[RawCommit]) -> None:
        """Take in the next commits."""
        if self.seam:
            here = {commit.sha for commit in block}
            self.look_up({sha for commit in block for sha in commit.parents} - here)
        for commit in block:
            if commit.events or len(commit.parents) > 1:
                self._weigh(commit)
            elif commit.sha not in self.kept:
                self.homes[commit.sha] = self._home(commit.parents[0]) if commit.parents else None

    def look_up(self, commits: Iterable[str]) -> None:
        """Find the homes of commits that lie below what is taken in."""
        known = self.kept, self.homes
        missing = frozenset(sha for sha in commits if not any(sha in place for place in known))
        self.homes.update(self.find_homes(missing) if missing else {})

    def _home(self, sha: str) -> str | None:
        return sha if sha in self.kept else self.homes[sha]

    def _weigh(self, commit: RawCommit) -> None:
        """Keep a commit, or pass it over if it is a merge that adds nothing to its first parent."""
        if commit.sha in self.kept:
            return
        homes = [self._home(parent) for parent in commit.parents]
        parents = tuple(dict.fromkeys(home for home in homes if home is not None))
        events = commit.events
        if not events and (not parents or (homes[0] and self._holds(homes[0], parents))):
            self.homes[commit.sha] = homes[0]
            return
        if parents and homes[0] is None:  # the first line never had a file, another one had
            events = self.compare(parents[0], commit.sha)
        self.kept[commit.sha] = commit.settled(parents, events)
        self._measure(self.kept[commit.sha])

    def _measure(self, commit: Commit) -> None:
        self.heights[commit.sha] = 1 + max(map(self.heights.__getitem__, commit.parents), default=0)

    def _holds(self, young: str, others: Iterable[str]) -> bool:
        return all(other == young or self._is_ancestor(other, young) for other in others)

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
                counts[parent] = 0
                todo.append(parent)
            counts[parent] += 1
    return counts
