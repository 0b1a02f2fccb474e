"""Reading the three points that a change is judged by, as far as migrations lie there."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet
from analyzer.model.gate.gate import Sides
from analyzer.records import Struct
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import (
    Application,
    Entry,
    build_file_set,
    find_applications,
    list_commit,
)
from analyzer.sources.history.comparison import changed_in_index, changed_paths, list_index

LARGEST = 1_000_000  # bytes of a file that are looked at
LARGEST_SCHEMA = 16_000_000
_REGULAR = "100"
_EXECUTABLE = "100755"
_TRIED = 5  # files that are looked at to see whose they are


class Head(Struct, frozen=True):
    """The change: a commit, the index, or the working tree on top of the commit."""

    commit: str
    name: str
    staged: bool = False
    work_tree: bool = False


class Reader:
    """Reads the change's repository: listings, and the beginnings of contents.

    ``frameworks`` are those whose migrations it may hold; the first is the one that is judged.
    """

    def __init__(self, repository: Repository, head: Head, frameworks: Sequence[Framework]) -> None:
        self.repository, self.head, self.frameworks = repository, head, frameworks
        self._loose: dict[str, bytes] = {}
        self._read: dict[str, bytes] = {}

    @property
    def framework(self) -> Framework:
        """The framework whose migrations are judged."""
        return self.frameworks[0]

    def applications(self, start: str) -> tuple[Application, ...]:
        """The applications that the change touches, by convention."""
        paths = self.changed(start)
        if self.head.work_tree:  # what is not staged may lie in any of them
            paths += [entry.path for entry in list_index(self.repository)]
            paths += [f"{it}/" for one in self.frameworks for it in one.files.folders("")]
        beside = (one.files.folder_beside(path) for path in paths for one in self.frameworks)
        paths += [f"{folder}/" for folder in beside if folder is not None]
        found = find_applications(paths, self.frameworks)
        return tuple(
            it
            for it in found
            if it.framework.files.sure or self.has_migrations(start, it.framework, it.directories)
        )

    def of_touched(self, start: str, found: Sequence[Application]) -> tuple[Application, ...]:
        """The applications of frameworks of which a migration is touched; else of the first."""
        touched = {it.framework for it in found if self._is_touched(start, it)}
        kept = touched or {it.framework for it in found[:1]}
        return tuple(it for it in found if it.framework in kept)

    def _is_touched(self, start: str, application: Application) -> bool:
        """Whether its folders are not as they were before the change."""
        framework, folders = application.framework, application.directories
        now = self.at_head(folders, framework)
        then = self.at_commit(start, "", folders, framework)
        return (now.files, now.ignored) != (then.files, then.ignored)

    def has_migrations(self, start: str, framework: Framework, folders: Sequence[str]) -> bool:
        """Whether folders hold a framework's migrations, by the texts of a few files."""
        files = (
            *self.at_head(folders, framework).files,
            *self.at_commit(start, "", folders, framework).files,
        )
        texts = (self.content(file.blob) for file in files[:_TRIED])
        return any(map(framework.language.is_migration, texts))

    def changed(self, start: str) -> list[str]:
        """The paths that the change touches, as far as git knows them."""
        if self.head.work_tree or self.head.staged:
            return changed_in_index(self.repository, start)
        return changed_paths(self.repository, start, self.head.commit)

    def all_paths(self, start: str) -> list[str]:
        """All paths before the change and with it, as far as git knows them."""
        commits = dict.fromkeys((start, self.head.commit))
        paths = [entry.path for commit in commits for entry in list_commit(self.repository, commit)]
        if self.head.work_tree or self.head.staged:
            paths += [entry.path for entry in list_index(self.repository)]
        return paths

    def at_commit(
        self, commit: str, ref: str, folders: Sequence[str], framework: Framework | None = None
    ) -> FileSet:
        """The folders at a commit."""
        listed = list_commit(self.repository, commit, folders) if folders else []
        return build_file_set(
            listed,
            framework=framework or self.framework,
            ref=ref,
            commit=commit,
            directories=folders,
        )

    def at_head(self, folders: Sequence[str], framework: Framework | None = None) -> FileSet:
        """The folders with the change."""
        loose = self.head.staged or self.head.work_tree
        name = "index" if self.head.staged else "working tree" if loose else self.head.name
        return build_file_set(
            self.listed(folders) if loose or folders else [],
            framework=framework or self.framework,
            ref=name,
            commit=None if loose else self.head.commit,
            directories=folders,
        )

    def listed(self, folders: Sequence[str]) -> list[Entry]:
        """The entries of the folders, with the change."""
        if self.head.staged:
            return list_index(self.repository, folders)
        if not self.head.work_tree:
            return list_commit(self.repository, self.head.commit, folders)
        from analyzer.sources.git.work_tree import list_work_tree

        listed, loose = list_work_tree(self.repository, folders)
        self._loose.update(loose)
        return [*listed]

    def content(self, blob: str) -> bytes:
        """The first megabyte of a content."""
        if blob in self._loose:
            return self._loose[blob][:LARGEST]
        if blob not in self._read:
            self._read[blob] = self.repository.read_beginning(blob, LARGEST)
        return self._read[blob]

    def file_at_head(self, path: str, most: int = LARGEST) -> bytes | None:
        """The beginning of a file of the change; None where there is none, or it is a link."""
        if self.head.work_tree:
            from analyzer.sources.git.work_tree import read_beginning

            return read_beginning(self.repository, path, most)
        if self.head.staged:
            found = self.repository.lines("ls-files", "-s", "-z", "--", path)
            mode, blob, *_ = [*_meta(found), "", ""]
            return self._beginning(mode, blob, most)
        return self.file_at(self.head.commit, path, most)

    def file_at(self, commit: str, path: str, most: int = LARGEST) -> bytes | None:
        """The beginning of a file at a commit; None where there is none, or it is a link."""
        mode, _, blob, *_ = self._listed_at(commit, path)
        return self._beginning(mode, blob, most)

    def is_executable_at(self, commit: str, path: str) -> bool:
        """Whether git has a file at a commit as one that can be executed."""
        return self._listed_at(commit, path)[0] == _EXECUTABLE

    def _listed_at(self, commit: str, path: str) -> list[str]:
        asked = ("ls-tree", "-z", "--full-tree", commit, "--", path)
        return [*_meta(self.repository.lines_of((commit,), *asked)), "", "", ""]

    def _beginning(self, mode: str, blob: str, most: int) -> bytes | None:
        if not mode.startswith(_REGULAR):
            return None
        return self.repository.read_beginning(blob, most)

    def whole_at_head(self, path: str) -> bytes | None:
        """A schema file of the change, which may be larger than any migration."""
        return self.file_at_head(path, LARGEST_SCHEMA)

    def whole_at(self, commit: str, path: str) -> bytes | None:
        """A schema file at a commit."""
        return self.file_at(commit, path, LARGEST_SCHEMA)

    def is_large(self, blob: str) -> bool:
        """Whether a content is larger than what is looked at."""
        return len(self.content(blob)) >= LARGEST

    def untracked(self, paths: Iterable[str]) -> frozenset[str]:
        """Those paths that git does not know, where the working tree is what is checked."""
        if not self.head.work_tree:
            return frozenset()
        return frozenset(paths) - {entry.path for entry in list_index(self.repository)}


def _meta(listed: Sequence[str]) -> list[str]:
    """Parse the part of git's listing before the path."""
    return listed[0].partition("\t")[0].split(" ") if listed else []


def read_sides(reader: Reader, start: str, tip: str, folders: Sequence[str]) -> Sides:
    """Read the migrations at the common commit, with the change, and at the base's tip."""
    then = reader.at_commit(start, "start", folders)
    now = then if tip == start else reader.at_commit(tip, "base", folders)
    return Sides(then, reader.at_head(folders), now)


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
    return Head(commit, "the working tree", work_tree=True)
