"""A few files by their paths, at a commit or in the working tree, with their contents."""

from collections.abc import Sequence

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.model.blob import blob_id
from analyzer.sources.bounded import read_file
from analyzer.sources.git import Repository

_REGULAR = "100"


def read_named(
    repository: Repository, commit: str | None, paths: Sequence[str]
) -> dict[str, tuple[str, bytes]]:
    """Read those of the files that are there: path to content id and content.

    A symbolic link counts as not there. ``commit`` is None for the working tree, which is read
    without git's help, so that no filter runs.
    """
    if commit is None:
        return _from_work_tree(repository, paths)
    fields = repository.lines("ls-tree", "-z", "--full-tree", commit, "--", *paths)
    found = {}
    for text in fields:
        meta, _, path = text.partition("\t")
        mode, _, blob = meta.split(" ")
        if mode.startswith(_REGULAR):
            found[path] = (blob, repository.read_blob(blob))
    return found


def _from_work_tree(repository: Repository, paths: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    if repository.work_tree is None:
        return {}
    found = {}
    for path in paths:
        place = repository.work_tree / path
        if place.is_file() and not place.is_symlink():
            try:
                content = read_file(place, limits.SCHEMA_BYTES, RepositoryError)
            except OSError:
                continue  # what cannot be read here cannot be mended either
            found[path] = (blob_id(content, length=len(repository.empty_tree)), content)
    return found
