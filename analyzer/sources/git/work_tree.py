"""The working tree, read without git's help: no filter that a configuration names may run."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from analyzer import limits
from analyzer.errors import AnalyzerError, RepositoryError
from analyzer.limits import Limit
from analyzer.model.core.blob import blob_id
from analyzer.records import replace
from analyzer.sources.files.below import is_below, link_below, read_below
from analyzer.sources.git.git import Repository, decode
from analyzer.sources.git.tree import SUBMODULE, SYMLINK, Entry

_REGULAR = "100644"
_ANY_FILE = "100"
_LEFT_OUT = "S"  # of a sparse checkout: git calls it skip-worktree
_ONLY_HERE = "? "


class UnreadableFileError(RepositoryError):
    """A file is there, and may not be read."""


def list_work_tree_paths(repository: Repository, is_folder: Callable[[str], bool]) -> list[str]:
    """All paths that the index or the working tree holds; those that git ignores left out.

    A link in the place of a migration folder ends with a slash, as it may be one.
    """
    root = repository.work_tree
    return [
        f"{path}/" if is_folder(path) and root and (root / path).is_symlink() else path
        for path in repository.lines("ls-files", "-c", "-o", "--exclude-standard", "-z")
    ]


def list_work_tree(
    repository: Repository, folders: Sequence[str]
) -> tuple[list[Entry], dict[str, bytes]]:
    """List the files in the folders with their content ids, untracked and ignored ones too.

    A framework runs what lies in its folder, whatever git thinks of it. Contents that git may not
    hold come along by id. What a sparse checkout leaves out is listed as the index has it.
    """
    wanted = ["--", *(f"{folder}/" if folder else "." for folder in folders)]
    listed = list(_staged(repository, wanted, "-o"))
    staged = {entry.path: entry for entry in listed if entry.blob}
    there = dict.fromkeys((*staged, *(entry.path for entry in listed)))
    length = next((len(entry.blob) for entry in staged.values()), 0) or repository.id_length
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
    """List the paths in the folders that are not as the last commit has them, new ones too.

    ``git status`` would run the filters that the repository names. A file whose content goes
    through one counts as changed here: git alone could tell.
    """
    wanted = [f"{folder}/" if folder else "." for folder in folders]
    entries, _ = list_work_tree(repository, folders)
    now = {entry.path: entry for entry in entries}
    committed = _committed(repository, wanted)
    staged = repository.lines(
        "diff-index",
        "--cached",
        "--name-only",
        "-z",
        "--no-renames",
        repository.committed,
        "--",
        *wanted,
    )
    new = repository.lines("ls-files", "-o", "--exclude-standard", "-z", "--", *wanted)
    moved = [path for path, entry in committed.items() if not _is_same(entry, now.get(path))]
    return list(dict.fromkeys((*staged, *moved, *new)))


def _committed(repository: Repository, wanted: Sequence[str]) -> dict[str, Entry]:
    """What the last commit has below the paths."""
    fields = repository.lines(
        "ls-tree",
        "-r",
        "-z",
        "--full-tree",
        repository.committed,
        *(["--", *wanted] if "." not in wanted else []),
    )
    return {entry.path: entry for entry in map(Entry.parse, fields)}


def _is_same(one: Entry, other: Entry | None) -> bool:
    if one.mode in (SUBMODULE, SYMLINK):  # read by nobody
        return other is None or other.mode == one.mode
    return other is not None and one.blob == other.blob


def read_file(
    repository: Repository, path: str, limit: Limit, kind: type[AnalyzerError] = RepositoryError
) -> bytes | None:
    """Read a file of the working tree whole; None where there is none.

    Raises:
        RepositoryError: it cannot be read, or the clone does not hold its content.
        AnalyzerError: it is larger than the limit; of the class ``kind``.
    """
    content = read_beginning(repository, path, limit.most + 1)
    if content is not None and len(content) > limit.most:
        raise limit.exceeded(kind, path)
    return content


def read_beginning(repository: Repository, path: str, most: int) -> bytes | None:
    """Read the first bytes of a file of the working tree; None where there is none.

    One that a sparse checkout leaves out is read from the index. A link counts as none.

    Raises:
        RepositoryError: it cannot be read, or the clone does not hold its content.
    """
    if repository.work_tree is None:
        return None
    content = _read(repository.work_tree, path, most)
    if content is not None or not repository.may_be_sparse or _is_there(repository, path):
        return content
    for entry in _staged(repository, ["--", path]):
        if entry.path == path and not entry.here and entry.mode.startswith(_ANY_FILE):
            return repository.read_beginning(entry.blob, most)
    return None


def list_left_out(repository: Repository) -> list[str]:
    """List the paths that a sparse checkout leaves out of the working tree."""
    return [
        entry.path
        for entry in _staged(repository, [])
        if not entry.here and entry.mode != SUBMODULE and not _is_there(repository, entry.path)
    ]


def read_link(repository: Repository, path: str) -> str | None:
    """Where a link of the working tree points to; None where there is no link."""
    if repository.work_tree is None:
        return None
    target = link_below(repository.work_tree, path)
    if target is not None or not repository.may_be_sparse or _is_there(repository, path):
        return target
    for entry in _staged(repository, ["--", path]):
        if entry.path == path and entry.mode == SYMLINK:
            return decode(repository.read_blob(entry.blob))
    return None


def _is_there(repository: Repository, path: str) -> bool:
    return repository.work_tree is not None and is_below(repository.work_tree, path)


def _staged(repository: Repository, wanted: Sequence[str], *others: str) -> Iterator[Entry]:
    """What the index holds; those that git takes for left out are marked (git-ls-files(1), -t).

    With ``-o`` also what only the working tree holds: without a mode, and without an id.
    """
    for text in repository.lines("ls-files", "-s", "-t", "-z", *others, *wanted):
        if text.startswith(_ONLY_HERE):
            yield Entry(text.removeprefix(_ONLY_HERE), "", "")
            continue
        meta, _, path = text.partition("\t")
        tag, mode, blob, _ = meta.split(" ")
        yield Entry(path, mode, blob, here=tag != _LEFT_OUT)


def _look(
    repository: Repository, path: str, staged: Entry | None, length: int
) -> tuple[Entry | None, bytes | None]:
    """A path as it lies there: its entry, and its content unless the index has the same."""
    root = repository.work_tree
    if root is None:
        return None, None
    content = _read(root, path, limits.BLOB_BYTES.most + 1)
    if content is not None and len(content) > limits.BLOB_BYTES.most:
        raise limits.BLOB_BYTES.exceeded(RepositoryError, path)
    if content is None:
        if link_below(root, path) is not None:
            return Entry(path, SYMLINK, ""), None
        left_out = staged is not None and not staged.here and not is_below(root, path)
        return staged if left_out else None, None
    for text in (content, content.replace(b"\r\n", b"\n")):  # as core.autocrlf checks files out
        if staged is not None and blob_id(text, length=length) == staged.blob:
            return replace(staged, here=True), None
    return Entry(path, _REGULAR, blob_id(content, length=length)), content


def _read(root: Path, path: str, most: int) -> bytes | None:
    try:
        return read_below(root, path, most)
    except OSError as error:
        raise UnreadableFileError(
            f"cannot read {root / path}",
            why=os.strerror(error.errno or 0),
            fix="check its permissions",
        ) from error
