"""Migration files as git or the working tree has them, and where an application keeps them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet, IgnoredFile, MigrationFile, WhyIgnored
from analyzer.sources.git.git import Repository

WORKING_TREE = "working tree"
SYMLINK, SUBMODULE = "120000", "160000"
# Folders of one version table: db/migrate and its post-deployment sibling (GitLab's convention).
# Others of the shape db/*_migrate belong to further databases of the same application.
_BY_CONVENTION = re.compile(r"(?P<folder>(?:(?P<root>.+?)/)?db/(?:post_)?migrate)/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
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


def is_conventional(path: str) -> bool:
    """Whether a path is one where an application keeps its migrations."""
    return _BY_CONVENTION.fullmatch(f"{path}/") is not None


def conventional_folders(root: str) -> tuple[str, ...]:
    """The folders that an application's migrations may lie in, whether they are there or not."""
    lead = f"{root}/" if root else ""
    return (f"{lead}db/migrate", f"{lead}db/post_migrate")


def list_commit(repository: Repository, commit: str, folders: Sequence[str] = ()) -> list[Entry]:
    """List the entries of a commit's tree, all of them or those in the folders."""
    wanted = ["--", *(f"{folder}/" for folder in folders if folder)] if any(folders) else []
    fields = repository.lines("ls-tree", "-r", "-z", "--full-tree", commit, *wanted)
    return [Entry.parse(text) for text in fields]


def build_file_set(
    entries: Iterable[Entry],
    *,
    framework: Framework,
    ref: str,
    commit: str | None,
    directories: Sequence[str],
) -> FileSet:
    """Sort entries into migrations and files that are none, by the framework's own rule.

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
        name = framework.parse_name(entry.path.removeprefix(f"{folder}/"))
        if isinstance(name, WhyIgnored):
            ignored.append(IgnoredFile(entry.path, name))
        elif entry.mode == SYMLINK:
            ignored.append(IgnoredFile(entry.path, WhyIgnored.SYMLINK))
        else:
            files.append(MigrationFile(entry.path, name, entry.blob))
            absent += [] if entry.here else [entry.path]
        if len(files) + len(ignored) > limits.MIGRATION_FILES.most:
            raise limits.MIGRATION_FILES.exceeded(RepositoryError, f"{folder or 'it'} at {ref}")
    files.sort(key=lambda file: (file.version, file.path))
    return FileSet(
        ref, commit, tuple(directories), tuple(files), tuple(ignored), tuple(sorted(absent))
    )


def folder_of(path: str, directories: Sequence[str]) -> str | None:
    """The migration folder that holds a path; None where none does."""
    for folder in directories:
        if path.startswith(f"{folder}/") or not folder:
            return folder
    return None
