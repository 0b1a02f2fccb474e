"""A grown history of a migration folder: commits whose files are known for what they are."""

from collections.abc import Mapping

from analyzer.records import Struct, field
from tests.support.frameworks.random_migration import Source

FOLDER = "db/migrate"


class Planted(Struct, frozen=True):
    """A migration in the folder, under one name."""

    version: str  # as written in the file's name
    source: Source
    subfolder: str = ""

    @property
    def number(self) -> int:
        """The version as frameworks compare it."""
        return int(self.version)

    @property
    def path(self) -> str:
        """From the repository's root."""
        inside = f"{self.subfolder}/" if self.subfolder else ""
        return f"{FOLDER}/{inside}{self.version}_{self.source.slug}.rb"


Tree = Mapping[str, Planted]  # by path


class GrownCommit(Struct, frozen=True):
    """A commit with the files that it holds; ``parents`` are places in the history."""

    parents: tuple[int, ...]
    tree: Tree
    deeds: tuple[str, ...]


class Grown(Struct, dict=True):
    """A grown history. ``branches`` name their tips; ``dropped`` were deleted unmerged."""

    commits: list[GrownCommit] = field(default_factory=list)
    branches: dict[str, int] = field(default_factory=dict)
    here: str = "main"
    identities: int = 0
    clock: int = 0
    legacy: bool = False  # numbers 001, 002 in place of timestamps

    @property
    def tree(self) -> Tree:
        return self.commits[self.branches[self.here]].tree

    def ancestors(self, commit: int) -> frozenset[int]:
        found: set[int] = set()
        todo = [commit]
        while todo:
            place = todo.pop()
            if place not in found:
                found.add(place)
                todo.extend(self.commits[place].parents)
        return frozenset(found)

    def visible(self) -> frozenset[int]:
        """The commits that some branch holds."""
        return frozenset().union(*(self.ancestors(tip) for tip in self.branches.values()))

    def first_parents(self, commit: int) -> list[int]:
        """The commit and its first parents, oldest first."""
        line = [commit]
        while self.commits[line[-1]].parents:
            line.append(self.commits[line[-1]].parents[0])
        return line[::-1]


def merge_trees(base: Tree, ours: Tree, theirs: Tree) -> Tree:
    """Merge by path: what one side changed is taken; in a conflict ours is."""
    merged = {}
    for path in sorted({*base, *ours, *theirs}):
        before, mine, other = base.get(path), ours.get(path), theirs.get(path)
        taken = other if mine == before else mine
        if taken is not None:
            merged[path] = taken
    return merged
