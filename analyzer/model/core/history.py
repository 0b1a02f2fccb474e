"""What git history says of the migration folders."""

from datetime import datetime

from analyzer.records import Struct


class FileEvent(Struct, frozen=True):
    """One file's change between a commit and its first parent.

    ``kind`` is git's letter: A, M, D, R (with ``old_path`` and git's ``similarity``, 0-100), T.
    """

    kind: str
    path: str
    blob: str  # the content after; of a deletion, the content before
    old_path: str | None = None
    old_blob: str | None = None
    similarity: int | None = None


class Commit(Struct, frozen=True):
    """A commit that touches the migration folders, or a merge.

    ``parents`` are the nearest kept ancestors (history simplification rewrites them);
    ``events`` are against the first of them.
    """

    sha: str
    parents: tuple[str, ...]
    author: str
    date: datetime
    subject: str
    events: tuple[FileEvent, ...]


class History(Struct, frozen=True):
    """The migration folders' history, oldest commit first.

    ``tips`` are the commits it was read from; ``shallow`` says that its beginning is cut off.
    """

    tips: tuple[str, ...]
    commits: tuple[Commit, ...]
    shallow: bool = False

    @property
    def mainline(self) -> frozenset[str]:
        """The commits of the branch itself, from its tip on by first parents; none of several."""
        if not self.commits or self.tips[1:]:
            return frozenset()
        by_sha = {commit.sha: commit for commit in self.commits}
        found: dict[str, None] = {}
        place: Commit | None = self.commits[-1]
        while place is not None and place.sha not in found:
            found[place.sha] = None
            place = by_sha.get(place.parents[0]) if place.parents else None
        return frozenset(found)
