"""What is checked: a commit, what is about to be committed, or the working tree."""

import os
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.model.gate.gate import WORKING_TREE
from analyzer.records import Struct
from analyzer.sources.git.git import Repository


class Head(Struct, frozen=True):
    """The change: a commit, the index, or the working tree on top of the commit."""

    commit: str
    name: str
    staged: bool = False
    work_tree: bool = False


def index_of_commit_hook(repository: Repository) -> Path | None:
    """The index that ``git commit`` is about to commit, where it names one to its hooks."""
    named = os.environ.get("GIT_INDEX_FILE")
    if not named:
        return None
    path = Path(named) if os.path.isabs(named) else repository.path / named  # noqa: PTH117  as git names it
    inside = path.resolve().is_relative_to(repository.git_dir.resolve())
    return path if inside and path.exists() else None


def head_of(repository: Repository, named: str | None, *, staged: bool) -> Head:
    """Resolve the change to check: the named commit, the index, or the working tree.

    Raises:
        UsageError: two of them were asked for, or the repository has no index.
    """
    if staged and (named is not None or repository.work_tree is None):
        raise UsageError(
            "--staged checks what is about to be committed",
            why="--ref names a commit" if named else "a bare repository has no index",
            fix="leave out --staged" if repository.work_tree is None else "leave out one of them",
        )
    if named is not None or repository.work_tree is None:
        ref = named or "HEAD"
        return Head(repository.resolve(ref), ref)
    commit = repository.resolve("HEAD")
    if staged:
        index = index_of_commit_hook(repository)
        if index is not None:
            repository.use_index(index)
        return Head(commit, "what is staged", staged=True)
    return Head(commit, WORKING_TREE, work_tree=True)
