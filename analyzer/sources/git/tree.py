"""Migration files as git or the working tree has them, and where an application keeps them."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet, IgnoredFile, MigrationFile, WhyIgnored
from analyzer.records import Struct, replace
from analyzer.sources.git.git import Repository

if TYPE_CHECKING:
    from analyzer.frameworks.ports.keys_in_text import KeysInText

WORKING_TREE = "working tree"
SYMLINK, SUBMODULE = "120000", "160000"


ReadBlobs = Callable[[Sequence[str]], Iterable[bytes]]
"""Reads contents by their ids, in the same order."""


class Entry(Struct, frozen=True):
    """One path with its mode and content id, as ``git ls-tree`` lists it.

    ``here`` is false of a file that a sparse checkout leaves out: git has it, the disk does not.
    """

    path: str
    mode: str
    blob: str
    here: bool = True

    @classmethod
    def parse(cls, text: str) -> "Entry":
        """Read a line of ``git ls-tree``."""
        meta, _, path = text.partition("\t")
        mode, _, blob = meta.split(" ")
        return cls(path, mode, blob)


class Application(Struct, frozen=True):
    """Folders that share one version table, of one framework, below the application's root."""

    framework: Framework
    root: str
    directories: tuple[str, ...]
    group: str = ""  # of its databases, where it has folders for several

    @property
    def siblings(self) -> tuple[str, ...]:
        """Further folders that it may have by convention."""
        if self.group or self.framework.files.gathers is not None:
            return ()
        return tuple(sorted({*self.framework.files.folders(self.root)} - {*self.directories}))


def find_applications(
    paths: Iterable[str], frameworks: Sequence[Framework]
) -> tuple[Application, ...]:
    """Group the paths' migration folders by framework and application, in path order."""
    paths = tuple(paths)
    found: dict[tuple[str, str, int], set[str]] = {}
    for place, framework in enumerate(frameworks):
        homes = (home for path in paths if (home := framework.files.home(path)) is not None)
        roots = _gathering(paths, framework.files.gathers)
        for home in homes:
            root = home.root if roots is None else _innermost(roots, home.folder)
            found.setdefault((root, home.group, place), set()).add(home.folder)
    return tuple(
        Application(frameworks[place], root, tuple(sorted(folders)), group)
        for (root, group, place), folders in sorted(found.items())
    )


def _gathering(paths: Iterable[str], marker: str | None) -> list[str] | None:
    """The folders that hold a marker, the longest first; None where no framework asks for it."""
    if marker is None:
        return None
    above = {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] == marker}
    return sorted(above, key=len, reverse=True)


def _innermost(roots: Iterable[str], folder: str) -> str:
    """The nearest of some folders above a folder; the repository's root where none is."""
    return next((root for root in roots if folder.startswith(f"{root}/")), "")


def list_commit(repository: Repository, commit: str, folders: Sequence[str] = ()) -> list[Entry]:
    """List the entries of a commit's tree, all of them or those in the folders."""
    wanted = ["--", *(f"{folder}/" for folder in folders if folder)] if any(folders) else []
    asked = ("ls-tree", "-r", "-z", "--full-tree", commit, *wanted)
    return _entries(repository, commit, asked)


def list_paths(repository: Repository, commit: str, paths: Sequence[str]) -> list[Entry]:
    """List the entries that some paths have in a commit's tree, be they files or folders."""
    asked = ("ls-tree", "-z", "--full-tree", commit, "--", *paths)
    return _entries(repository, commit, asked)


def _entries(repository: Repository, commit: str, asked: Sequence[str]) -> list[Entry]:
    return [Entry.parse(text) for text in repository.lines_of((commit,), *asked)]


def build_file_set(
    entries: Iterable[Entry],
    *,
    framework: Framework,
    ref: str,
    commit: str | None,
    directories: Sequence[str],
    read: ReadBlobs,
) -> FileSet:
    """Sort entries into migrations and files that are none, by the framework's own rule.

    Args: read: asked only where a version stands in the text of a file.

    Raises:
        RepositoryError: there are too many.
    """
    files: list[MigrationFile] = []
    ignored: list[IgnoredFile] = []
    absent: list[str] = []
    for entry in entries:
        folder = folder_of(entry.path, directories)
        if folder is None or entry.mode == SUBMODULE:
            continue
        name = framework.files.parse_name(entry.path.removeprefix(f"{folder}/"), folder)
        if isinstance(name, WhyIgnored):
            ignored.append(IgnoredFile(entry.path, name, entry.blob))
        elif entry.mode == SYMLINK:
            ignored.append(IgnoredFile(entry.path, WhyIgnored.SYMLINK))
        else:
            files.append(MigrationFile(entry.path, name, entry.blob))
            absent += [] if entry.here else [entry.path]
        if len(files) + len(ignored) > limits.MIGRATION_FILES.most:
            raise limits.MIGRATION_FILES.exceeded(RepositoryError, f"{folder or 'it'} at {ref}")
    lacking: list[str] = []
    if framework.keys is not None:
        files, others, lacking = _told(files, ignored, framework.keys, directories, read)
        ignored += others
    files.sort(key=lambda file: (file.name.version.key, file.path))
    where, here = tuple(directories), tuple(sorted(absent))
    return FileSet(ref, commit, where, tuple(files), tuple(ignored), here, missing=tuple(lacking))


def _told(
    files: Sequence[MigrationFile],
    ignored: Sequence[IgnoredFile],
    keys: "KeysInText",
    directories: Sequence[str],
    read: ReadBlobs,
) -> tuple[list[MigrationFile], list[IgnoredFile], list[str]]:
    """The files with the versions that texts tell, the others, and what a journal lacks."""
    if keys.journal is None:
        return *_named_by_text(files, keys, read), []
    return _listed(files, ignored, keys, directories, read)


def _named_by_text(
    files: Sequence[MigrationFile], keys: "KeysInText", read: ReadBlobs
) -> tuple[list[MigrationFile], list[IgnoredFile]]:
    """The files with the names that their texts tell, and those that are no migrations."""
    found: list[MigrationFile] = []
    others: list[IgnoredFile] = []
    contents = read([file.blob for file in files])
    for file, content in zip(files, contents, strict=True):
        name = keys.name(file.name, content)
        if isinstance(name, WhyIgnored):
            others.append(IgnoredFile(file.path, name, file.blob))
        else:
            found.append(MigrationFile(file.path, name, file.blob))
    names = keys.settled([file.name for file in found])
    named = [MigrationFile(it.path, name, it.blob) for it, name in zip(found, names, strict=True)]
    return named, others


def _listed(
    files: Sequence[MigrationFile],
    ignored: Sequence[IgnoredFile],
    keys: "KeysInText",
    directories: Sequence[str],
    read: ReadBlobs,
) -> tuple[list[MigrationFile], list[IgnoredFile], list[str]]:
    """The files that a journal lists, with the versions that it tells; the others; what it lacks.

    The journal itself is lacking where there are files, and it is not there or makes no sense.
    """
    blobs = {it.path: it.blob for it in ignored}
    found: list[MigrationFile] = []
    others: list[IgnoredFile] = []
    missing: list[str] = []
    for folder in directories:
        path = f"{folder}/{keys.journal}" if folder else str(keys.journal)
        text = next(iter(read([blobs[path]]))) if path in blobs else None
        told = {} if text is None else keys.listed(text)
        own = {
            it.path.rpartition("/")[2]: it
            for it in files
            if folder_of(it.path, directories) == folder
        }
        for name, file in own.items():
            version = told.get(name)
            if version is None:
                others.append(IgnoredFile(file.path, WhyIgnored.UNLISTED, file.blob))
            else:
                told_name = replace(file.name, version=version)
                found.append(MigrationFile(file.path, told_name, file.blob))
        above = path.removesuffix(str(keys.journal))
        missing += [f"{above}{it}" for it in told if it not in own]
        if own and (text is None or keys.is_broken(text)):
            missing.append(path)
    return found, others, missing


def folder_of(path: str, directories: Sequence[str]) -> str | None:
    """The migration folder that holds a path; None where none does."""
    for folder in directories:
        if path.startswith(f"{folder}/") or not folder:
            return folder
    return None
