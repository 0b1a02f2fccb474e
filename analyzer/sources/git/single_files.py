"""Single files that are no migrations, at a commit or in the working tree."""

from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_paths
from analyzer.sources.git.work_tree import read_beginning

_LARGEST = 1 << 20  # bytes that are read
_REGULAR = "100"


def read_at(repository: Repository, commit: str | None, path: str) -> bytes | None:
    """The beginning of a file; None where there is none, or it is a link.

    Args: commit: None for the working tree.  path: from the repository's root.
    """
    if commit is None:
        return read_beginning(repository, path, _LARGEST)
    found = [it for it in list_paths(repository, commit, [path]) if it.mode.startswith(_REGULAR)]
    return repository.read_beginning(found[0].blob, _LARGEST) if found else None
