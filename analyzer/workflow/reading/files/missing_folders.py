"""Where the migration folder is not there: is it misspelt, or was it deleted?"""

from collections.abc import Sequence

from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import chosen_frameworks
from analyzer.model.core.migration import FileSet
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import WORKING_TREE, Entry, folder_of
from analyzer.workflow.reading.request import Request


def no_folder(repository: Repository, request: Request, ref: str) -> RepositoryError:
    """Say that no migration folder was found, and how to name one."""
    wanted = [it.files.usual for it in chosen_frameworks(request.framework)]
    return RepositoryError(
        f"no migration folder in {repository.path} "
        f"{'in the working tree' if ref == WORKING_TREE else f'at {ref}'}",
        why=f"none of these holds migrations of a known form: {', '.join(dict.fromkeys(wanted))}",
        fix="name the folder from the repository's root: --dir PATH"
        + (", and whose it is: --framework NAME" if request.framework is None else ""),
    )


def demand_folders(
    repository: Repository, framework: Framework, files: FileSet, entries: Sequence[Entry]
) -> None:
    """A folder that never existed is most likely misspelt; one that was deleted is a finding.

    Raises:
        RepositoryError: a folder never existed.
    """
    for folder in files.directories:
        if any(folder_of(entry.path, [folder]) is not None for entry in entries):
            continue
        if repository.has_commits():
            ever = repository.run("rev-list", "-1", files.commit or "HEAD", "--", folder)
            if ever.strip():
                continue
        raise RepositoryError(
            f"no folder {folder!r} at {files.ref}, and there never was",
            why="--dir is counted from the repository's root, not from the current folder",
            fix=f"find it with: git ls-files '*{framework.files.usual}*'",
        )
