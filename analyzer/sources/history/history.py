"""The history of the migration folders: what git says now, joined to what is known already."""

from collections.abc import Sequence

from analyzer.errors import RepositoryError
from analyzer.model.core.history import History
from analyzer.sources.git.git import Repository
from analyzer.sources.history.ancestry import Ancestry, oldest_first
from analyzer.sources.history.history_cache import HistoryCache, open_cache
from analyzer.sources.history.log import read_blocks, read_events
from analyzer.sources.history.nearest_kept_commit import find_homes


class Histories:
    """Reads histories of one repository's folders; each reads only what none before it read.

    With ``cache`` that holds for earlier runs too. What is read is the same with and without.
    """

    def __init__(
        self, repository: Repository, directories: Sequence[str], *, cache: bool = False
    ) -> None:
        self._repository, self._directories = repository, tuple(directories)
        self._cache: HistoryCache | None = open_cache(repository, directories) if cache else None
        self._known: Ancestry | None = None

    def read(self, tips: Sequence[str]) -> History:
        """Read what the folders went through up to the tips, oldest commit first.

        Args:
            tips: ids of commits, or rev-list's options for many (``--all``).

        Raises:
            RepositoryError: git cannot read the history.
        """
        wanted = self._ids(tips)
        if not wanted:  # a repository without a commit
            return History(tuple(tips), (), self._repository.shallow)
        known = self._ancestry(wanted)
        homes = {home for tip in wanted if (home := known.home(tip)) is not None}
        commits = tuple(oldest_first(known.commits, homes))
        return History(tuple(tips), commits, self._repository.shallow)

    def knows(self, commit: str) -> bool:
        """Whether an earlier run read all that the commit holds, so that git need not be asked."""
        if self._known is None and self._cache is not None:
            self._known = self._cache.load()
        return self._known is not None and self._known.knows(commit)

    def home(self, commit: str) -> str | None:
        """The commit in the history that has the folders and the past of this one; None: neither.

        Raises:
            RepositoryError: git cannot read the history.
        """
        return self._ancestry([commit]).home(commit)

    def _ids(self, tips: Sequence[str]) -> list[str]:
        if not any(tip.startswith("-") for tip in tips):
            return list(tips)
        return self._repository.run("rev-list", "--no-walk", *tips, "--").decode().split()

    def _ancestry(self, wanted: Sequence[str]) -> Ancestry:
        """What is known, once it holds all that is wanted."""
        complete = all(map(self.knows, wanted))
        known = self._known
        if complete and known is not None:
            return known
        self._known = known = self._extended(known, wanted)
        if self._cache is not None:
            self._cache.save(known)
        return known

    def _extended(self, known: Ancestry | None, wanted: Sequence[str]) -> Ancestry:
        if known is not None:
            try:
                return self._joined(known, wanted)
            except RepositoryError:
                pass  # what is known may be of a repository that has lost a part since
        return self._joined(Ancestry(), wanted)

    def _joined(self, known: Ancestry, wanted: Sequence[str]) -> Ancestry:
        blocks = read_blocks(self._repository, wanted, known.tips, self._directories)
        known.join(
            blocks,
            wanted,
            lambda commits: find_homes(self._repository, commits, known.commits),
            lambda old, new: read_events(self._repository, old, new, self._directories),
        )
        return known


def read_history(
    repository: Repository, tips: Sequence[str], directories: Sequence[str], *, cache: bool = False
) -> History:
    """Read one history; see ``Histories``."""
    return Histories(repository, directories, cache=cache).read(tips)
