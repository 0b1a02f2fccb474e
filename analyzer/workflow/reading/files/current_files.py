"""The migration files as they are now, of each application, and which one the rows belong to."""

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.engines.registry import settle_sql
from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import (
    chosen_frameworks,
    likely_frameworks,
    may_be_folder,
)
from analyzer.model.core.migration import FileSet
from analyzer.model.core.version_table import VersionTable
from analyzer.records import Struct, field, replace
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.git.links import follow_links
from analyzer.sources.git.tree import (
    SYMLINK,
    WORKING_TREE,
    Application,
    Entry,
    ReadBlobs,
    build_file_set,
    find_applications,
    list_commit,
)
from analyzer.sources.git.work_tree import list_work_tree_paths
from analyzer.workflow.reading.files.application import settle_words_of
from analyzer.workflow.reading.files.ownership import (
    list_entries,
    own_applications,
    owner_of,
)
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import reread

if TYPE_CHECKING:
    from datetime import datetime

_SETTINGS = (".migdoctor.toml", "pyproject.toml")  # what reads them need not load without them


class TargetFiles(Struct, frozen=True):
    """The code as it is to be deployed: the files, whose they are, and where their contents are."""

    framework: Framework
    files: FileSet
    loose: Mapping[str, bytes] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # migration folders of other applications in the repository
    siblings: tuple[str, ...] = ()  # further folders of this one by convention, now empty
    stood_in: bool = False  # of several, taken because the current folder lies in it


def with_settings(repository: Repository, request: Request) -> Request:
    """The request with the folders, framework and engine of the settings, where none was typed."""
    root = repository.work_tree
    if root is not None and not any(os.path.lexists(root / name) for name in _SETTINGS):
        return request
    from analyzer.workflow.reading.files.dialect import dialect_of
    from analyzer.workflow.reading.settings import settings_of

    settings = settings_of(repository)
    return replace(
        request,
        directories=request.directories or settings.folders,
        framework=request.framework or settings.framework,
        dialect=dialect_of(settings),
    )


def framework_of(request: Request) -> Framework:
    """Whose migrations a request is about, by the files.

    Raises:
        RepositoryError: as ``read_targets``.
    """
    return read_targets(open_repository(request.repo), request)[0].framework


def read_targets(
    repository: Repository, request: Request, *, anywhere: bool = False
) -> tuple[TargetFiles, ...]:
    """Read the files at --ref, or in the working tree, of each application found, at least one.

    Of several, the one that the current folder lies in is taken, and the others are named in it.

    Args: anywhere: wherever the current folder is.

    Raises:
        RepositoryError: no such revision, or no migration folder there.
    """
    request = with_settings(repository, request)
    found = _read_targets(repository, request, anywhere=anywhere)
    settle_words_of(repository, found)
    if request.names_database:
        settle_sql(request.engine.name)
    else:
        from analyzer.workflow.reading.files.dialect import dialect_of_application

        settle_sql(request.dialect or dialect_of_application(repository, found[0]))
    return found


def _read_targets(
    repository: Repository, request: Request, *, anywhere: bool
) -> tuple[TargetFiles, ...]:
    bare = repository.work_tree is None
    commit = repository.resolve(request.ref or "HEAD") if request.ref or bare else None
    ref = request.ref or (WORKING_TREE if commit is None else "HEAD")
    if request.directories:
        return (_named_target(repository, request, ref, commit),)
    paths = _paths(repository, commit)
    found = find_applications(paths, likely_frameworks(request.framework, paths))
    applications = own_applications(repository, commit, found)
    applications = applications or (found if request.framework is not None else ())
    if applications[1:]:
        from analyzer.workflow.reading.files.manifests import of_their_language

        applications = of_their_language(applications, paths)
    if not applications:
        from analyzer.workflow.reading.files.missing_folders import no_folder

        raise no_folder(repository, request, ref)
    folders_of = {
        application: _followed(repository, commit, application.directories)
        for application in applications
    }
    others: tuple[str, ...] = ()
    if applications[1:] and not anywhere:
        from analyzer.workflow.places.stood_in import stood_in

        applications, left_out = stood_in(repository, request.repo, applications)
        others = tuple(folder for it in left_out for folder in folders_of.pop(it))
    places = {it: Place(ref, commit, folders_of[it]) for it in applications}
    return _targets_at(repository, places, request.now, others)


def _targets_at(
    repository: Repository,
    places: Mapping[Application, "Place"],
    now: "datetime",
    others: tuple[str, ...],
) -> tuple[TargetFiles, ...]:
    """The files of several applications, listed together."""
    commit = next(iter(places.values())).commit
    folders = [folder for place in places.values() for folder in place.folders]
    entries, loose = list_entries(repository, commit, folders)
    read = reader_of(repository, loose)
    members = {it: _named(repository, it.framework, place) for it, place in places.items()}
    return tuple(
        TargetFiles(
            members[application],
            _file_set(repository, entries, members[application], place, now, read),
            loose,
            others,
            application.siblings,
            stood_in=bool(others),
        )
        for application, place in places.items()
    )


def _named(repository: Repository, framework: Framework, place: "Place") -> Framework:
    if framework.packages is None and framework.settings is None:
        return framework
    from analyzer.workflow.reading.files.named_packages import as_named

    return as_named(repository, framework, place.commit, place.folders)


class Place(Struct, frozen=True):
    """Where files are read: a commit, or the working tree where ``commit`` is None."""

    ref: str
    commit: str | None
    folders: tuple[str, ...]


def _named_target(
    repository: Repository, request: Request, ref: str, commit: str | None
) -> TargetFiles:
    """The folders that --dir named, and whose they are by what lies in them."""
    members = chosen_frameworks(request.framework)
    named = (folder_from_root(it, members[0]) for it in request.directories)
    place = Place(ref, commit, _followed(repository, commit, named))
    entries, loose = list_entries(repository, commit, place.folders)
    if members[1:]:
        from analyzer.workflow.reading.files.manifests import likeliest_first

        members = likeliest_first(members, place.folders, _paths(repository, commit))
    framework = owner_of(repository, members, entries, loose)
    framework = _named(repository, framework, place)
    read = reader_of(repository, loose)
    files = _file_set(repository, entries, framework, place, request.now, read)
    target = TargetFiles(framework, files, loose)
    from analyzer.workflow.reading.files.missing_folders import demand_folders

    demand_folders(repository, target.framework, target.files, entries)
    return target


def _followed(
    repository: Repository, commit: str | None, folders: Iterable[str]
) -> tuple[str, ...]:
    """The folders with all links on the way to them followed, each once."""
    return tuple(dict.fromkeys(follow_links(repository, commit, folder) for folder in folders))


def best_target(
    targets: Sequence[TargetFiles], table: VersionTable, reader: Framework
) -> TargetFiles:
    """The application whose versions match the most rows; of equals the first by path.

    Args: reader: the framework that the rows were read for.
    """
    if len(targets) == 1:
        return targets[0]
    applied = {
        framework: {
            file.version.key
            for it in targets
            if it.framework is framework
            for file in it.files.files
        }.intersection(row.version.key for row in reread(table, reader, framework).rows)
        for framework in {it.framework for it in targets}
    }

    def matches(target: TargetFiles) -> int:
        own = {file.version.key for file in target.files.files}
        return len(applied[target.framework] & own)

    best = max(targets, key=matches)
    others = [folder for t in targets if t is not best for folder in t.files.directories]
    return replace(best, others=(*others, *best.others))


def folder_from_root(folder: str, framework: Framework) -> str:
    """A --dir as git spells paths: from the root, without ``.``; the root itself is empty.

    Raises:
        UsageError: the folder lies outside the repository.
    """
    path = posixpath.normpath(folder)
    if path.startswith(("/", "..")):
        raise UsageError(
            f"--dir {folder!r} is not a folder of the repository",
            why="it is counted from the repository's root: it neither begins with / nor leaves it",
            fix=f"for example: --dir {framework.files.usual}",
        )
    return "" if path == "." else path


def _paths(repository: Repository, commit: str | None) -> list[str]:
    """All paths; a link, which may be a folder, ends with a slash."""
    if commit is None:
        return list_work_tree_paths(repository, may_be_folder)
    return [
        f"{entry.path}/" if entry.mode == SYMLINK else entry.path
        for entry in list_commit(repository, commit)
    ]


def _file_set(
    repository: Repository,
    entries: Sequence[Entry],
    framework: Framework,
    place: Place,
    now: "datetime",
    read: ReadBlobs,
) -> FileSet:
    files = build_file_set(
        entries,
        framework=framework,
        ref=place.ref,
        commit=place.commit,
        directories=place.folders,
        read=read,
    )
    rule = framework.dating(files, now) if framework.dating is not None else None
    if rule is None:
        return files
    from analyzer.workflow.reading.files.forbidden_dates import with_forbidden

    root = framework.files.root(files.directories[0])
    return with_forbidden(repository, files, rule, root, now)


def reader_of(repository: Repository, loose: Mapping[str, bytes]) -> ReadBlobs:
    """Reads contents, of which git does not have some."""

    def read(blobs: Sequence[str]) -> list[bytes]:
        kept = [blob for blob in dict.fromkeys(blobs) if blob not in loose]
        there = dict(zip(kept, repository.read_blobs(kept), strict=True))
        return [loose[blob] if blob in loose else there[blob] for blob in blobs]

    return read
