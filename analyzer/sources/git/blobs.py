"""Contents of files, by blob id or by path: from git, or from the working tree."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_paths
from analyzer.sources.git.work_tree import read_beginning

_LARGEST = 1 << 20  # bytes that are read of a single file
_REGULAR = "100"


def read_contents(
    repository: Repository, blobs: Iterable[str], loose: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Read each blob once; ``loose`` holds the contents that are only in the working tree."""
    contents = {
        blob: loose[blob] if blob in loose else repository.read_blob(blob) for blob in set(blobs)
    }
    return MappingProxyType(contents)


def read_at(repository: Repository, commit: str | None, path: str) -> bytes | None:
    """The beginning of a file; None where there is none, or it is a link.

    Args: commit: None for the working tree.  path: from the repository's root.
    """
    if commit is None:
        return read_beginning(repository, path, _LARGEST)
    found = [it for it in list_paths(repository, commit, [path]) if it.mode.startswith(_REGULAR)]
    return repository.read_beginning(found[0].blob, _LARGEST) if found else None
