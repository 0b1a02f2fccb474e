"""A few files by their paths, at a commit or in the working tree, with their contents."""

from collections.abc import Sequence

from analyzer import limits
from analyzer.model.core.blob import blob_id
from analyzer.sources.git.git import Repository
from analyzer.sources.git.work_tree import UnreadableFileError, read_file

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
    found = {}
    for path in paths:
        try:
            content = read_file(repository, path, limits.SCHEMA_BYTES)
        except UnreadableFileError:
            continue  # what cannot be read here cannot be mended either
        if content is not None:
            found[path] = (blob_id(content, length=len(repository.empty_tree)), content)
    return found
