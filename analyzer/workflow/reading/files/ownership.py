"""Whose migrations lie in folders that several tools use, by the texts of a few of the files."""

from collections.abc import Mapping, Sequence
from itertools import islice

from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.migration import MigrationName
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import (
    SUBMODULE,
    SYMLINK,
    Application,
    Entry,
    list_commit,
)
from analyzer.sources.git.work_tree import list_work_tree

_TRIED, _LOOKED_AT = 5, 1 << 16  # files, and bytes of each, to see whose they are


def owner_of(
    repository: Repository,
    members: Sequence[Framework],
    entries: Sequence[Entry],
    loose: Mapping[str, bytes],
) -> Framework:
    """The framework of which some file is a migration; of several the first.

    Those that have such a folder by convention are asked first.

    Raises:
        RepositoryError: several tools name their files so, and no text tells whose these are.
    """
    if not members[1:]:
        return members[0]

    def unlikely(framework: Framework) -> bool:
        return all(framework.files.home(it.path) is None for it in entries[:_TRIED])

    for framework in sorted(members, key=unlikely):
        if _has_migration(repository, framework, entries, loose):
            return framework
    return _owner_by_name(members, entries)


def _owner_by_name(members: Sequence[Framework], entries: Sequence[Entry]) -> Framework:
    """The framework that names its files so; the first where it may be, or none is."""
    first = entries[:_TRIED]
    named = [it for it in members if any(_is_named(it, entry) for entry in first)]
    if not named or members[0] in named:
        return members[0]
    if named[1:]:
        raise RepositoryError(
            f"nothing in {first[0].path} says which framework the migration belongs to",
            why=f"{', '.join(it.name for it in named)} name their files so",
            fix=f"say which, such as --framework {named[0].name}",
        )
    return named[0]


def _is_named(framework: Framework, entry: Entry) -> bool:
    return isinstance(name_at(framework.files, entry.path), MigrationName)


def _has_migration(
    repository: Repository,
    framework: Framework,
    entries: Sequence[Entry],
    loose: Mapping[str, bytes],
) -> bool:
    """Whether one of the first few files that may be migrations by name is one by its text."""
    named = (
        it for it in entries if _is_named(framework, it) and it.mode not in (SYMLINK, SUBMODULE)
    )
    contents = (
        loose[it.blob] if it.blob in loose else repository.read_beginning(it.blob, _LOOKED_AT)
        for it in islice(named, _TRIED)
    )
    return any(map(framework.language.is_migration, contents))


def is_its_own(repository: Repository, commit: str | None, application: Application) -> bool:
    """Whether a folder that several tools use holds this framework's migrations."""
    framework = application.framework
    if framework.files.sure:
        return True
    return _has_migration(
        repository, framework, *list_entries(repository, commit, application.directories)
    )


def own_applications(
    repository: Repository, commit: str | None, found: Sequence[Application]
) -> tuple[Application, ...]:
    """Of applications by convention those whose folders hold their own migrations."""
    own = tuple(it for it in found if is_its_own(repository, commit, it))
    return without_guests(repository, commit, own) if own[1:] else own


def without_guests(
    repository: Repository, commit: str | None, applications: Sequence[Application]
) -> tuple[Application, ...]:
    """The applications but those whose folder, theirs by convention, another tool's files fill."""

    def is_guest(one: Application) -> bool:
        sharing = any(
            not other.framework.files.sure and {*other.directories} & {*one.directories}
            for other in applications
        )
        if not one.framework.files.sure or not sharing:
            return False
        listed = list_entries(repository, commit, one.directories)
        return not _has_migration(repository, one.framework, *listed)

    return tuple(it for it in applications if not is_guest(it))


def list_entries(
    repository: Repository, commit: str | None, folders: Sequence[str]
) -> tuple[list[Entry], Mapping[str, bytes]]:
    """The entries in folders, and the contents that git does not hold."""
    if commit is None:
        return list_work_tree(repository, folders)
    return list_commit(repository, commit, folders), {}
