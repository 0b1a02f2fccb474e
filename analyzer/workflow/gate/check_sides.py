"""Reading the three points that a change is judged by, as far as migrations lie there."""

from collections.abc import Iterable, Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import (
    Application,
    Entry,
    build_file_set,
    find_applications,
    list_commit,
)
from analyzer.sources.history.two_points import changed_in_index, changed_paths, list_index
from analyzer.workflow.gate.check_head import Head
from analyzer.workflow.gate.check_listings import Listings

LARGEST = 1_000_000  # bytes of a file that are looked at
LARGEST_SCHEMA = 16_000_000
_REGULAR = "100"
_EXECUTABLE = "100755"
_TRIED = 5  # files that are looked at to see whose they are


class Reader:
    """Reads the change's repository: listings, and the beginnings of contents.

    ``frameworks`` are those whose migrations it may hold; the first is the one that is judged.
    """

    def __init__(self, repository: Repository, head: Head, frameworks: Sequence[Framework]) -> None:
        self.repository, self.head, self.frameworks = repository, head, frameworks
        self.listings = Listings(repository)
        self._loose: dict[str, bytes] = {}
        self._read: dict[str, bytes] = {}
        self._changed: dict[str, list[str]] = {}  # by the commit before
        self._there: dict[tuple[str, ...], Sequence[Entry]] = {}  # with the change, by folders
        self._sorted: dict[
            tuple[Framework, tuple[str, ...]], FileSet
        ] = {}  # the same, by framework and folders

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
        if any(one.files.gathers and any(map(one.files.home, paths)) for one in self.frameworks):
            paths += self.all_paths(start)  # all folders below a root belong together
        beside = (one.files.folder_beside(path) for path in paths for one in self.frameworks)
        paths += [f"{folder}/" for folder in beside if folder is not None]
        found = find_applications(paths, self.frameworks)
        owned = {it for one in found if one.framework.files.sure for it in one.directories}
        found = tuple(
            it for it in found if it.framework.files.sure or not owned.issuperset(it.directories)
        )
        own = tuple(
            it
            for it in found
            if it.framework.files.sure or self.has_migrations(start, it.framework, it.directories)
        )
        if len({it.directories for it in own}) == len(own):
            return own
        from analyzer.workflow.reading.files.manifests import of_their_language

        return of_their_language(own, self.all_paths(start))

    def of_touched(self, start: str, found: Sequence[Application]) -> tuple[Application, ...]:
        """The applications of frameworks of which a migration is touched; else of the first.

        That is the first that has any migration: one whose folder is not there comes last.
        """
        touched = {it.framework for it in found if self._is_touched(start, it)}
        kept = touched or {it.framework for it in sorted(found, key=self._is_empty)[:1]}
        return tuple(it for it in found if it.framework in kept)

    def _is_empty(self, application: Application) -> bool:
        """Whether its folders hold nothing with the change."""
        now = self.at_head(application.directories, application.framework)
        return not (now.files or now.ignored)

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
        if start not in self._changed:
            self._changed[start] = (
                changed_in_index(self.repository, start)
                if self.head.work_tree or self.head.staged
                else changed_paths(self.repository, start, self.head.commit)
            )
        return self._changed[start]

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
        listed = self.listings.below(commit, folders) if folders else []
        return build_file_set(
            listed,
            framework=framework or self.framework,
            ref=ref,
            commit=commit,
            directories=folders,
            read=self.repository.read_blobs,
        )

    def at_head(self, folders: Sequence[str], framework: Framework | None = None) -> FileSet:
        """The folders with the change."""
        framework = framework or self.framework
        asked = framework, tuple(folders)
        if asked not in self._sorted:
            loose = self.head.staged or self.head.work_tree
            entries = self.listed(folders) if loose or folders else []
            self._sorted[asked] = self._file_set(entries, framework, folders)
        return self._sorted[asked]

    def _file_set(
        self, entries: Iterable[Entry], framework: Framework, folders: Sequence[str]
    ) -> FileSet:
        """Entries of the change as migrations."""
        loose = self.head.staged or self.head.work_tree
        name = "index" if self.head.staged else "working tree" if loose else self.head.name
        return build_file_set(
            entries,
            framework=framework,
            ref=name,
            commit=None if loose else self.head.commit,
            directories=folders,
            read=lambda blobs: map(self.content, blobs),
        )

    def listed(self, folders: Sequence[str]) -> list[Entry]:
        """The entries of the folders, with the change."""
        if not self.head.work_tree and not self.head.staged:
            return self.listings.below(self.head.commit, folders)
        if tuple(folders) not in self._there:
            self._there[tuple(folders)] = self._list(folders)
        return [*self._there[tuple(folders)]]

    def _list(self, folders: Sequence[str]) -> Sequence[Entry]:
        """List the index, or the working tree."""
        if self.head.staged:
            return list_index(self.repository, folders)
        from analyzer.sources.git.work_tree import list_work_tree

        listed, loose = list_work_tree(self.repository, folders)
        self._loose.update(loose)
        return listed

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
            said, _, name = found[0].partition("\t") if found else ("", "", "")
            mode, blob, *_ = [*said.split(" "), ""]
            return self._beginning(mode, blob, most) if name == path else None  # or it is a folder
        return self.file_at(self.head.commit, path, most)

    def file_at(self, commit: str, path: str, most: int = LARGEST) -> bytes | None:
        """The beginning of a file at a commit; None where there is none, or it is a link."""
        entry = self.listings.at(commit, path)
        return None if entry is None else self._beginning(entry.mode, entry.blob, most)

    def is_executable_at(self, commit: str, path: str) -> bool:
        """Whether git has a file at a commit as one that can be executed."""
        entry = self.listings.at(commit, path)
        return entry is not None and entry.mode == _EXECUTABLE

    def expect_at_head(self, paths: Iterable[str]) -> None:
        """List paths of the change together, where it is a commit."""
        if not self.head.work_tree and not self.head.staged:
            self.listings.expect(self.head.commit, paths)

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
