"""Migration files as git or the working tree has them, and where an application keeps them."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.model.migration import FileSet, IgnoredFile, MigrationFile, WhyIgnored
from analyzer.sources.git import Repository

WORKING_TREE = "working tree"
_SYMLINK, _SUBMODULE = "120000", "160000"
# Folders of one version table: db/migrate and its post-deployment sibling (GitLab's convention).
# Others of the shape db/*_migrate belong to further databases of the same application.
_BY_CONVENTION = re.compile(r"(?P<folder>(?:(?P<root>.+?)/)?db/(?:post_)?migrate)/")


@dataclass(frozen=True, slots=True)
class Entry:
    """One path with its mode and content id, as ``git ls-tree`` lists it."""

    path: str
    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Application:
    """Folders that share one version table, named by the folder above ``db``."""

    root: str
    directories: tuple[str, ...]


def find_applications(paths: Iterable[str]) -> tuple[Application, ...]:
    """Group the paths' migration folders by application, in path order."""
    found: dict[str, set[str]] = {}
    for path in paths:
        matched = _BY_CONVENTION.match(path)
        if matched:
            found.setdefault(matched["root"] or "", set()).add(matched["folder"])
    return tuple(Application(root, tuple(sorted(found[root]))) for root in sorted(found))


def list_commit(repository: Repository, commit: str, folders: Sequence[str] = ()) -> list[Entry]:
    """List the entries of a commit's tree, all of them or those in the folders."""
    wanted = ["--", *(f"{folder}/" for folder in folders if folder)] if any(folders) else []
    fields = repository.lines("ls-tree", "-r", "-z", "--full-tree", commit, *wanted)
    return [_entry(text) for text in fields]


def _entry(text: str) -> Entry:
    meta, _, path = text.partition("\t")
    mode, _, blob = meta.split(" ")
    return Entry(path, mode, blob)


def list_work_tree(
    repository: Repository, folders: Sequence[str] = ()
) -> tuple[list[Entry], dict[str, bytes]]:
    """List the working tree's files (untracked ones too, ignored ones not) with their content ids.

    Contents that differ from the index, and so may be unknown to git, come along by id.
    """
    wanted = ["--", *(f"{folder}/" for folder in folders if folder)] if any(folders) else []
    staged = {}
    for text in repository.lines("ls-files", "-s", "-z", *wanted):
        meta, _, path = text.partition("\t")
        mode, blob, _ = meta.split(" ")
        staged[path] = Entry(path, mode, blob)
    touched = set(repository.lines("diff-files", "--name-only", "-z", "--no-ext-diff", *wanted))
    touched |= set(repository.lines("ls-files", "-o", "-z", "--exclude-standard", *wanted))
    entries = [entry for path, entry in staged.items() if path not in touched]
    loose: dict[str, bytes] = {}
    for path in sorted(touched):
        found = _hash_loose(repository, path)
        if found is not None:
            entry, content = found
            entries.append(entry)
            loose[entry.blob] = content
    return entries, loose


def _hash_loose(repository: Repository, path: str) -> tuple[Entry, bytes] | None:
    """Read a file that is not as the index has it; None where it is gone."""
    if repository.work_tree is None:
        return None
    place = repository.work_tree / path
    if place.is_symlink():
        return Entry(path, _SYMLINK, ""), b""
    if not place.is_file():
        return None
    blob = repository.run("hash-object", f"--path={path}", "--", str(place)).decode().strip()
    return Entry(path, "100644", blob), _read(place)


def _read(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        raise RepositoryError(
            f"cannot read {place}", why=os.strerror(error.errno or 0), fix="check its permissions"
        ) from error


def build_file_set(
    entries: Iterable[Entry],
    *,
    framework: Framework,
    ref: str,
    commit: str | None,
    directories: Sequence[str],
) -> FileSet:
    """Sort entries into migrations and files that are none, by the framework's own rule."""
    files: list[MigrationFile] = []
    ignored: list[IgnoredFile] = []
    for entry in entries:
        folder = folder_of(entry.path, directories)
        if folder is None or entry.mode == _SUBMODULE:
            continue
        name = framework.parse_name(entry.path.removeprefix(f"{folder}/"))
        if isinstance(name, WhyIgnored):
            ignored.append(IgnoredFile(entry.path, name))
        elif entry.mode == _SYMLINK:
            ignored.append(IgnoredFile(entry.path, WhyIgnored.SYMLINK))
        else:
            files.append(MigrationFile(entry.path, name, entry.blob))
    files.sort(key=lambda file: (file.version, file.path))
    return FileSet(ref, commit, tuple(directories), tuple(files), tuple(ignored))


def folder_of(path: str, directories: Sequence[str]) -> str | None:
    """The migration folder that holds a path; None where none does."""
    for folder in directories:
        if path.startswith(f"{folder}/") or not folder:
            return folder
    return None
