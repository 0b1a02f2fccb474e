"""Symbolic links on the way to a migration folder: git lists them, and goes no further."""

import posixpath
from collections import deque
from collections.abc import Callable
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import SYMLINK
from analyzer.sources.git.work_tree import read_link

_SHOWN = 200  # characters of a target that a message quotes
_MOST_LINKS = 40  # as many as Linux follows before it takes them for a circle


def follow_links(repository: Repository, commit: str | None, folder: str) -> str:
    """Find the folder that a path from the root leads to, at a commit or in the working tree.

    Raises:
        RepositoryError: a link leads out of the repository, or in a circle.
    """
    link_at = _links_of(repository, commit)
    path, todo, followed = "", deque(_parts(folder)), 0
    while todo:
        here = posixpath.join(path, todo.popleft())
        target = link_at(here)
        if target is None:
            path = here
            continue
        followed += 1
        place = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
        if place.startswith(("/", "..")) or followed > _MOST_LINKS:
            raise _leads_out(here, target)
        path, todo = "", deque([*_parts(place), *todo])
        if len(todo) > limits.LINK_PARTS or len(target) > limits.LINK:
            raise _leads_out(here, target[:_SHOWN])
    return path


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _links_of(repository: Repository, commit: str | None) -> Callable[[str], str | None]:
    """Say for any path what it links to; None where it is no link."""
    if commit is None and repository.work_tree is not None:
        root = repository.work_tree
        return lambda path: _on_disk(repository, root, path)
    return lambda path: _at_commit(repository, commit or "HEAD", path)


def _on_disk(repository: Repository, root: Path, path: str) -> str | None:
    target = read_link(repository, path)
    if target is not None and Path(target).is_relative_to(root):
        return posixpath.relpath(target, str((root / path).parent))
    return target


def _at_commit(repository: Repository, commit: str, path: str) -> str | None:
    fields = repository.lines("ls-tree", "-z", "--full-tree", commit, "--", path)
    meta = fields[0].partition("\t")[0].split(" ") if fields else [""]
    return (
        repository.read_beginning(meta[2], limits.LINK + 1).decode("utf-8", "surrogateescape")
        if meta[0] == SYMLINK
        else None
    )


def _leads_out(path: str, target: str) -> RepositoryError:
    return RepositoryError(
        f"{path!r} is a symbolic link to {target!r}, which is not in this repository",
        why="the history of the migrations is in the repository that holds the files",
        fix="name that repository: --repo PATH, and the folder in it: --dir PATH",
    )
