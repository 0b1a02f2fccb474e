"""Which texts of the working tree and the index stand nowhere else, and must not be overwritten."""

import os
from functools import cached_property
from pathlib import Path

from analyzer import limits
from analyzer.analysis.gate.fix_steps import SAVED, Unsaved
from analyzer.errors import RepositoryError
from analyzer.model.core.blob import blob_id
from analyzer.sources.files.below import is_below, link_below, read_below
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.history.two_points import list_index


class UnsavedWork:
    """Finds contents of the working tree that no commit of a change holds."""

    def __init__(self, repository: Repository, commits: tuple[str, ...]) -> None:
        self._repository, self._commits = repository, commits

    def exists(self, path: str) -> bool:
        """Whether there is anything at a path, even a link that leads nowhere."""
        top = self._repository.work_tree
        return top is not None and is_below(top, path)

    def unsaved(self, path: str) -> Unsaved:
        """The texts of a path that no compared commit holds, whatever its name there.

        A text whose line ends git would change counts as unsaved: a copy too many does no harm.
        """
        top = self._repository.work_tree
        if top is None:
            return SAVED
        disk, staged = _read(top, path), self._index.get(path)
        on_disk = blob_id(disk, length=len(self._commits[0])) if disk is not None else None
        lost = on_disk is not None and on_disk not in self._saved
        only_staged = staged is not None and staged not in self._saved and staged != on_disk
        return Unsaved(lost, staged if only_staged else None)

    @cached_property
    def _index(self) -> dict[str, str]:
        return {entry.path: entry.blob for entry in list_index(self._repository)}

    @cached_property
    def _saved(self) -> frozenset[str]:
        listed = (list_commit(self._repository, commit) for commit in self._commits)
        return frozenset(entry.blob for entries in listed for entry in entries)


def _read(root: Path, path: str) -> bytes | None:
    """Read what git would store for a path; None where it is no file and no link.

    Raises:
        RepositoryError: it is larger than any migration.
    """
    link = link_below(root, path)
    if link is not None:
        return os.fsencode(link)
    try:
        content = read_below(root, path, limits.BLOB_BYTES.most + 1)
    except OSError:
        return None
    if content is not None and len(content) > limits.BLOB_BYTES.most:
        raise limits.BLOB_BYTES.exceeded(RepositoryError, path)
    return content
