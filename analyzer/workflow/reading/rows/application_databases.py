"""The databases that an application's own file names, where nothing else does.

The file is read, and never run. Which it is: that of the folders that --dir names, else that of
the application around the current folder, else the only one in the repository.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from analyzer import limits
from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import chosen_frameworks, likely_frameworks, may_be_folder
from analyzer.model.core.environments import (
    DatabasePlace,
    EnvironmentName,
    TypedPlace,
)
from analyzer.model.words.shell_word import shell_word
from analyzer.records import replace
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.git.tree import find_applications
from analyzer.sources.git.work_tree import list_work_tree_paths, read_file
from analyzer.workflow.reading.rows.application_file import ApplicationFile, below


def find_databases(
    typed: TypedPlace, repo: str | None, variables: Mapping[str, str]
) -> tuple[DatabasePlace, ...]:
    """Find the databases of the application; none where no file names any.

    Raises:
        UsageError: the file cannot be read or is not understood, or several applications have one.
    """
    repository = repository_at(repo)
    file = find_file(typed, repository)
    if file is None or repository is None:
        return ()
    found = file.databases(repository, variables)
    own = tuple(it for it in found if {*it.directories} & {*typed.directories})
    return own or found


def beside_main(
    typed: TypedPlace, repo: str | None, variables: Mapping[str, str], main: DatabasePlace
) -> tuple[DatabasePlace, ...]:
    """All databases of an application of which a variable of this run names the main one.

    Where the application has one database, or its file does not tell, that one is all.
    """
    if typed.directories or not _is_near(repo):
        return (main,)
    repository = repository_at(repo)
    try:
        file = find_file(typed, repository)
        if file is None or repository is None:
            return (main,)
        if not file.reader.may_be_several(file.content):
            return (_warned(main, file, variables),)
        found = file.databases(repository, variables)
    except UsageError:
        return (main,)
    if all(it.environment != file.reader.main for it in found):
        return (main,)
    return tuple(stood_for(it, main) if it.environment == file.reader.main else it for it in found)


def _warned(
    main: DatabasePlace, file: ApplicationFile, variables: Mapping[str, str]
) -> DatabasePlace:
    """The database that a variable names, with a word where the framework takes another one."""
    own = file.reader.own_address(file.content, file.path, variables)
    named = main.url or variables.get("DATABASE_URL", "")
    if not own or own.strip() == named.strip():
        return main
    title = file.framework.commands.title
    warning = (
        f"note: {file.path} has a url of its own, which {title} takes whatever DATABASE_URL says: "
        f"a {file.framework.commands.migrate} here would not run on the database looked at"
    )
    return replace(main, warning=warning)


def stood_for(place: DatabasePlace, main: DatabasePlace) -> DatabasePlace:
    """An environment of the file, for whose address a variable of this run stands."""
    option = place.named.option if place.named is not None else place.environment
    return DatabasePlace(
        place.environment,
        main.url,
        source=main.source,
        named=EnvironmentName(option, None if main.url else "DATABASE_URL"),
        directories=place.directories,
        stands_in=main.stands_in,
    )


def application_root(typed: TypedPlace, repo: str | None) -> Path:
    """The root of the application that the options are about: paths of files count from there.

    That of the folders that --dir names, else that of the application around the current folder,
    else that of the only one in the repository, else the repository's.
    """
    repository = repository_at(repo)
    top = repository.work_tree if repository is not None else None
    if repository is None or top is None:
        return Path.cwd()
    members = chosen_frameworks(typed.framework)
    if typed.directories:
        return top / members[0].files.root(typed.directories[0])
    for root in _around(top):
        signs = (
            below(root, it)
            for member in members
            for it in (*member.files.folders(""), *member.files.markers)
        )
        if any((top / sign).exists() for sign in signs):
            return top / root
    paths = list_work_tree_paths(repository, may_be_folder)
    found = {it.root for it in find_applications(paths, likely_frameworks(typed.framework, paths))}
    return top / found.pop() if len(found) == 1 else top


def _is_near(repo: str | None) -> bool:
    """Whether such a file lies in the folder or above it, by a glance that asks git nothing."""
    here = Path(repo).expanduser().resolve() if repo is not None else Path.cwd()
    readers = [it.databases() for it in chosen_frameworks(None) if it.databases is not None]
    return any((above / it.usual).is_file() for it in readers for above in (here, *here.parents))


def repository_at(repo: str | None) -> Repository | None:
    """The repository that --repo names, or around the current folder; None where there is none."""
    try:
        return open_repository(repo)
    except RepositoryError:
        return None


def find_file(typed: TypedPlace, repository: Repository | None) -> ApplicationFile | None:
    """The file of the application that the options are about; None where there is none.

    Raises:
        UsageError: several applications have one, or it is too large.
    """
    if repository is None or repository.work_tree is None:
        return None
    members = [it for it in chosen_frameworks(typed.framework) if it.databases is not None]
    if typed.directories:
        roots = dict.fromkeys(it.files.root(d) for it in members for d in typed.directories)
        return next(_files(repository, members, list(roots)), None)
    around = list(_files(repository, members, _around(repository.work_tree)))
    around = [it for it in around if _is_application(repository.work_tree, it)]
    if around:
        return around[0]
    found = list(_files(repository, members, _roots(repository, typed.framework)))
    if found[1:]:
        raise _several(found)
    return found[0] if found else None


def _files(
    repository: Repository, members: Sequence[Framework], roots: Sequence[str]
) -> Iterator[ApplicationFile]:
    for framework in members:
        if framework.databases is None:
            continue
        reader = framework.databases()
        for root in roots:
            path = below(root, reader.usual)
            content = read_file(repository, path, limits.SETTINGS_BYTES, UsageError)
            if content is not None and reader.is_such(content):
                yield ApplicationFile(framework, reader, root, content)


def _is_application(top: Path, file: ApplicationFile) -> bool:
    """Whether its folder is an application's, and not one that has a file of this name besides."""
    files = file.framework.files
    signs = (*files.folders(file.root), *(below(file.root, it) for it in files.markers))
    return any((top / it).exists() for it in signs)


def _around(top: Path) -> list[str]:
    """The current folder and those above it, up to the repository's root."""
    here = Path.cwd()
    if not here.is_relative_to(top):
        return [""]
    below = PurePosixPath(here.relative_to(top).as_posix())
    return ["" if str(it) == "." else str(it) for it in (below, *below.parents)]


def _roots(repository: Repository, framework: str | None) -> list[str]:
    """The roots of all applications in the repository."""
    paths = list_work_tree_paths(repository, may_be_folder)
    members = [it for it in likely_frameworks(framework, paths) if it.databases is not None]
    return sorted({it.root for it in find_applications(paths, members)})


def _several(found: Sequence[ApplicationFile]) -> UsageError:
    folder = below(found[0].root, found[0].framework.files.usual)
    return UsageError(
        "nothing says which database is meant",
        why=f"several applications name one: {', '.join(it.path for it in found)}",
        fix=f"name the application's migrations: --dir {shell_word(folder)}; or the database: "
        "--database-url URL",
    )
