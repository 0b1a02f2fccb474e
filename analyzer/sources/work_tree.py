"""The working tree, read without git's help: no filter that a configuration names may run."""

import os
from collections.abc import Sequence
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.model.blob import blob_id
from analyzer.sources.bounded import read_file
from analyzer.sources.git import Repository, pathspecs
from analyzer.sources.tree import SYMLINK, Entry, is_conventional

_REGULAR = "100644"


def list_work_tree_paths(repository: Repository) -> list[str]:
    """All paths that the index or the working tree holds; those that git ignores left out.

    A link in the place of a migration folder ends with a slash, as it may be one.
    """
    root = repository.work_tree
    return [
        f"{path}/" if is_conventional(path) and root and (root / path).is_symlink() else path
        for path in repository.lines("ls-files", "-c", "-o", "--exclude-standard", "-z")
    ]


def list_work_tree(
    repository: Repository, folders: Sequence[str]
) -> tuple[list[Entry], dict[str, bytes]]:
    """List the files in the folders with their content ids, untracked and ignored ones too.

    A framework runs what lies in its folder, whatever git thinks of it. Contents that git may not
    hold come along by id.
    """
    wanted = ["--", *(f"{folder}/" if folder else "." for folder in folders)]
    staged = {}
    for text in repository.lines("ls-files", "-s", "-z", *wanted):
        meta, _, path = text.partition("\t")
        mode, blob, _ = meta.split(" ")
        staged[path] = Entry(path, mode, blob)
    there = dict.fromkeys((*staged, *repository.lines("ls-files", "-o", "-z", *wanted)))
    length = len(repository.empty_tree)
    entries: list[Entry] = []
    loose: dict[str, bytes] = {}
    for path in there:
        entry, content = _look(repository, path, staged.get(path), length)
        if entry is not None:
            entries.append(entry)
        if entry is not None and content is not None:
            loose[entry.blob] = content
    return entries, loose


def list_changes(repository: Repository, folders: Sequence[str]) -> list[str]:
    """List the paths in the folders that are not as the last commit has them, new ones too."""
    fields = repository.lines(
        "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=all",
        "--no-renames", "--", *pathspecs(folders),
    )  # fmt: skip
    return [field[3:] for field in fields]


def _look(
    repository: Repository, path: str, staged: Entry | None, length: int
) -> tuple[Entry | None, bytes | None]:
    """A path as it lies there: its entry, and its content unless the index has the same."""
    if repository.work_tree is None:
        return None, None
    place = repository.work_tree / path
    if place.is_symlink():
        return Entry(path, SYMLINK, ""), None
    if not place.is_file():
        return None, None
    content = _read(place)
    for text in (content, content.replace(b"\r\n", b"\n")):  # as core.autocrlf checks files out
        if staged is not None and blob_id(text, length=length) == staged.blob:
            return staged, None
    return Entry(path, _REGULAR, blob_id(content, length=length)), content


def _read(place: Path) -> bytes:
    try:
        return read_file(place, limits.BLOB_BYTES, RepositoryError)
    except OSError as error:
        raise RepositoryError(
            f"cannot read {place}", why=os.strerror(error.errno or 0), fix="check its permissions"
        ) from error
