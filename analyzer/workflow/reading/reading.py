"""Reading: the rows, the files, the history, and which application the rows belong to."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.rails import names as rails
from analyzer.model.core.migration import FileSet, MigrationName
from analyzer.model.core.version_table import VersionTable
from analyzer.model.schema.catalog import Catalog
from analyzer.model.schema.live_database import LiveDatabase
from analyzer.sources.git.git import Repository
from analyzer.sources.git.links import follow_links
from analyzer.sources.git.tree import (
    SYMLINK,
    WORKING_TREE,
    Entry,
    build_file_set,
    conventional_folders,
    find_applications,
    folder_of,
    list_commit,
)
from analyzer.sources.git.work_tree import list_work_tree, list_work_tree_paths
from analyzer.workflow.reading.request import Request

FRAMEWORK: Framework = rails


@dataclass(frozen=True, slots=True)
class TargetFiles:
    """The code as it is to be deployed: the files, and where their contents are."""

    files: FileSet
    loose: Mapping[str, bytes] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # migration folders of other applications in the repository
    siblings: tuple[str, ...] = ()  # further folders of this one by convention, now empty


@dataclass(frozen=True, slots=True)
class Environment:
    """One database as it was read; ``catalog`` is None where there is none to look into."""

    table: VersionTable
    catalog: Catalog | None = None


def read_environment(request: Request) -> Environment:
    """Read the applied rows from where the request says, and of a database its catalogue too.

    Both are read in one transaction. Errors are those of ``read_rows``.
    """
    if request.rows is not None:
        return Environment(read_rows(request))
    live = _read_live(request)
    if live.catalog is not None:
        return Environment(live.versions, live.catalog)
    note = f"the catalogue could not be read ({live.why}), so only rows and files speak here"
    return Environment(replace(live.versions, notes=(*live.versions.notes, note)))


def _read_live(request: Request) -> LiveDatabase:
    if request.exec_prefix:
        from analyzer.engines.postgresql.catalog.psql_catalog import read_live_database_through

        return read_live_database_through(
            request.exec_prefix, request.database_url, request.table, FRAMEWORK,
            request.environment,
        )  # fmt: skip
    from analyzer.engines.postgresql.access.postgres import read_live_database

    return read_live_database(request.database_url, request.table, FRAMEWORK, request.environment)


def read_rows(request: Request) -> VersionTable:
    """Read the applied rows from where the request says.

    Raises:
        UsageError: two places were named.  DatabaseError, RowsError: the place cannot be read.
    """
    if request.rows is not None and (request.database_url is not None or request.exec_prefix):
        raise UsageError(
            "--rows and a database were both given",
            why="the applied versions can come from one place only",
            fix="leave out --rows, or --database-url and --exec",
        )
    if request.rows is not None:
        from analyzer.sources.rows.rows_dump import read_rows as read_dump

        return read_dump(request.rows, FRAMEWORK, request.table, request.environment)
    if request.exec_prefix:
        from analyzer.engines.postgresql.access.psql import read_version_table_through

        return read_version_table_through(
            request.exec_prefix, request.database_url, request.table, FRAMEWORK,
            request.environment,
        )  # fmt: skip
    from analyzer.engines.postgresql.access.postgres import read_version_table

    return read_version_table(request.database_url, request.table, FRAMEWORK, request.environment)


def read_target(repository: Repository, request: Request, table: VersionTable) -> TargetFiles:
    """Read the files at --ref, or in the working tree, of the application the rows belong to.

    Raises:
        RepositoryError: no such revision, or no migration folder there.
    """
    return best_target(read_targets(repository, request), table)


def read_targets(repository: Repository, request: Request) -> tuple[TargetFiles, ...]:
    """Read the files at --ref, or in the working tree, of each application found, at least one.

    Raises:
        RepositoryError: no such revision, or no migration folder there.
    """
    bare = repository.work_tree is None
    commit = repository.resolve(request.ref or "HEAD") if request.ref or bare else None
    folders = _followed(repository, commit, map(folder_from_root, request.directories))
    ref = request.ref or (WORKING_TREE if commit is None else "HEAD")
    if folders:
        entries, loose = _list(repository, commit, folders)
        target = TargetFiles(_file_set(entries, ref, commit, folders), loose)
        _demand_folders(repository, target.files, entries)
        return (target,)
    applications = find_applications(_paths(repository, commit))
    if not applications:
        raise RepositoryError(
            f"no migration folder in {repository.path} at {ref}",
            why="there is no db/migrate in it",
            fix="name the folder from the repository's root: --dir PATH",
        )
    folders_of = {
        application.root: _followed(repository, commit, application.directories)
        for application in applications
    }
    entries, loose = _list(repository, commit, [d for each in folders_of.values() for d in each])
    return tuple(
        TargetFiles(
            _file_set(entries, ref, commit, folders_of[application.root]),
            loose,
            siblings=tuple(
                sorted(set(conventional_folders(application.root)) - set(application.directories))
            ),
        )
        for application in applications
    )


def _followed(
    repository: Repository, commit: str | None, folders: Iterable[str]
) -> tuple[str, ...]:
    """The folders with all links on the way to them followed, each once."""
    return tuple(dict.fromkeys(follow_links(repository, commit, folder) for folder in folders))


def best_target(targets: Sequence[TargetFiles], table: VersionTable) -> TargetFiles:
    """The application whose versions match the most rows; of equals the first by path."""
    if len(targets) == 1:
        return targets[0]
    carried = {file.version.number for target in targets for file in target.files.files}
    applied = carried.intersection(row.version.number for row in table.rows)

    def matches(target: TargetFiles) -> int:
        return len(applied & {file.version.number for file in target.files.files})

    best = max(targets, key=matches)
    others = [folder for t in targets if t is not best for folder in t.files.directories]
    return replace(best, others=tuple(others))


def folder_from_root(folder: str) -> str:
    """A --dir as git spells paths: from the root, without ``.``; the root itself is empty.

    Raises:
        UsageError: the folder lies outside the repository.
    """
    path = posixpath.normpath(folder)
    if path.startswith(("/", "..")):
        raise UsageError(
            f"--dir {folder!r} is not a folder of the repository",
            why="it is counted from the repository's root: it neither begins with / nor leaves it",
            fix="for example: --dir db/migrate",
        )
    return "" if path == "." else path


def _list(
    repository: Repository, commit: str | None, folders: Sequence[str]
) -> tuple[list[Entry], Mapping[str, bytes]]:
    if commit is None:
        return list_work_tree(repository, folders)
    return list_commit(repository, commit, folders), {}


def _paths(repository: Repository, commit: str | None) -> list[str]:
    """All paths; a link, which may be a folder, ends with a slash."""
    if commit is None:
        return list_work_tree_paths(repository)
    return [
        f"{entry.path}/" if entry.mode == SYMLINK else entry.path
        for entry in list_commit(repository, commit)
    ]


def _demand_folders(repository: Repository, files: FileSet, entries: Sequence[Entry]) -> None:
    """A folder that never existed is most likely misspelt; one that was deleted is a finding."""
    for folder in files.directories:
        if any(folder_of(entry.path, [folder]) is not None for entry in entries):
            continue
        if repository.has_commits():
            ever = repository.run("rev-list", "-1", files.commit or "HEAD", "--", folder)
            if ever.strip():
                continue
        raise RepositoryError(
            f"no folder {folder!r} at {files.ref}, nor ever before",
            why="--dir is counted from the repository's root, not from the current folder",
            fix="find it with: git ls-files '*db/migrate*'",
        )


def _file_set(
    entries: Sequence[Entry], ref: str, commit: str | None, folders: Sequence[str]
) -> FileSet:
    return build_file_set(entries, framework=FRAMEWORK, ref=ref, commit=commit, directories=folders)


class ApplicationNames:
    """Reads the names of paths in the application's folders, each once."""

    def __init__(self, directories: Sequence[str]) -> None:
        self._directories = tuple(directories)
        self.of = cache(self._read)

    def _read(self, path: str) -> MigrationName | None:
        folder = folder_of(path, self._directories)
        if folder is None:
            return None
        name = FRAMEWORK.parse_name(path[len(folder) + 1 :] if folder else path)
        return name if isinstance(name, MigrationName) else None
