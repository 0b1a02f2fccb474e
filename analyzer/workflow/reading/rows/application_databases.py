"""The databases that an application's own file names, where nothing else does.

The file is read, and never run. Which it is: that of the folders that --dir names, else that of
the application around the current folder, else the only one in the repository.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from analyzer import limits
from analyzer.engines.registry import ENGINES, engine, engine_of_address, is_address
from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.databases import DatabaseFile, FoundDatabase
from analyzer.frameworks.registry import chosen_frameworks, likely_frameworks, may_be_folder
from analyzer.model.core.environments import (
    UNNAMED,
    DatabasePlace,
    EnvironmentName,
    TypedPlace,
    Unreadable,
)
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.git.tree import find_applications
from analyzer.sources.git.work_tree import list_work_tree_paths, read_file


class ApplicationFile(Struct, frozen=True):
    """The file of one application: its path and content, and who reads it."""

    framework: Framework
    reader: DatabaseFile
    root: str
    content: bytes

    @property
    def path(self) -> str:
        """Where it lies, from the repository's root."""
        return _join(self.root, self.reader.usual)

    def databases(
        self, repository: Repository, variables: Mapping[str, str]
    ) -> tuple[DatabasePlace, ...]:
        """All that it names and that have migrations, in its order.

        One whose folders never were there has none: what Rails itself brings for queues and
        caches is loaded from a schema file. It is left out, and a warning says so.

        Raises:
            UsageError: it cannot be read, or has nothing for this run.
        """
        found = self.reader.read(self.content, self.path, variables)
        for one in found:
            _demand_name(one)
        without = [it for it in found if self._never_had_folders(it, repository)]
        places = [self._place(it, repository) for it in found if it not in without]
        if not places:
            return tuple(self._place(it, repository) for it in found)
        if without:
            places[0] = replace(places[0], warning=_left_out(without))
        return tuple(places)

    def _never_had_folders(self, found: FoundDatabase, repository: Repository) -> bool:
        """Whether none of the folders that it names is there, nor ever was."""
        top = repository.work_tree
        folders = [_join(self.root, folder) for folder in found.folders]
        if top is None or not folders or any(os.path.lexists(top / it) for it in folders):
            return False
        if any(it.startswith(("/", "..")) for it in folders):
            return False  # told as an error by who reads them
        if not repository.has_commits():
            return True
        return not repository.run("rev-list", "-1", "HEAD", "--", *folders).strip()

    def _place(self, found: FoundDatabase, repository: Repository) -> DatabasePlace:
        fault, address = found.fault, found.address
        if fault is None and address is not None:
            fault = _unsupported(address, found.place)
        named = None
        if found.name is not None:
            named = EnvironmentName(found.name, found.variable)
        return DatabasePlace(
            found.name or UNNAMED,
            self._from_root(address, repository) if fault is None else None,
            source=found.place,
            named=named,
            fault=Unreadable(fault.what, fault.why, fault.fix) if fault is not None else None,
            directories=self._folders(found, repository),
            foreign=found.foreign,
            stands_in=found.place,
        )

    def _from_root(self, address: str | None, repository: Repository) -> str | None:
        """An address as it is meant from this application's root."""
        if address is None or repository.work_tree is None:
            return address
        access = engine_of_address(address).access
        if not access.depends_on_root(address):
            return address
        return access.from_root(address, repository.work_tree / self.root)

    def _folders(self, found: FoundDatabase, repository: Repository) -> tuple[str, ...]:
        """Its migrations' folders; those by convention that are there where it names none."""
        if found.folders:
            return tuple(_join(self.root, folder) for folder in found.folders)
        top = repository.work_tree
        if found.name is None or top is None:
            return ()
        usual = self.framework.files.folders(self.root)
        return tuple(folder for folder in usual if (top / folder).is_dir())


def _left_out(without: Sequence[FoundDatabase]) -> str:
    told = "; ".join(f"{it.place}: {enumerated(it.folders)}" for it in without)
    return (
        "warning: these databases have no migrations here, as their folders never were there, and "
        f"are left out: {visible(told)}"
    )


def _demand_name(found: FoundDatabase) -> None:
    """Refuse a name that could not be typed, or would lead out of a folder as a file's name."""
    from analyzer.sources.config.environment_tables import is_environment_name

    if found.name is None or is_environment_name(found.name):
        return
    raise UsageError(
        f"{found.place} cannot be the name of an environment",
        why="it is typed after --environment and becomes a file name: letters, digits and "
        ". _ - + @, a letter or digit first",
        fix="name the database: --database-url URL",
    )


def _unsupported(address: str, place: str) -> UsageError | None:
    """Why nothing can be read there: a server of a kind that is not known yet."""
    if is_address(address):
        return None
    adapter = address.partition(":")[0]
    return UsageError(
        f"{place}: the adapter {adapter} is not supported yet",
        why=f"so far only {' and '.join(engine(it).title for it in ENGINES)} can be read directly",
        fix="pass the rows from a file: --rows FILE (a dump, a CSV, or one version per line)",
    )


def find_databases(
    typed: TypedPlace, repo: str | None, variables: Mapping[str, str]
) -> tuple[DatabasePlace, ...]:
    """Find the databases of the application; none where no file names any.

    Raises:
        UsageError: the file cannot be read or is not understood, or several applications have one.
    """
    repository = _repository(repo)
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
    repository = _repository(repo)
    try:
        file = find_file(typed, repository)
        if file is None or repository is None or not file.reader.may_be_several(file.content):
            return (main,)
        found = file.databases(repository, variables)
    except UsageError:
        return (main,)
    if all(it.environment != file.reader.main for it in found):
        return (main,)
    return tuple(
        DatabasePlace(
            it.environment,
            main.url,
            source=main.source,
            named=EnvironmentName(it.environment, None if main.url else "DATABASE_URL"),
            directories=it.directories,
            stands_in=main.stands_in,
        )
        if it.environment == file.reader.main
        else it
        for it in found
    )


def application_root(typed: TypedPlace, repo: str | None) -> Path:
    """The root of the application that the options are about: paths of files count from there.

    That of the folders that --dir names, else that of the application around the current folder,
    else that of the only one in the repository, else the repository's.
    """
    repository = _repository(repo)
    top = repository.work_tree if repository is not None else None
    if repository is None or top is None:
        return Path.cwd()
    members = chosen_frameworks(typed.framework)
    if typed.directories:
        return top / members[0].files.root(typed.directories[0])
    for root in _around(top):
        signs = (
            _join(root, it)
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


def _repository(repo: str | None) -> Repository | None:
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
            path = _join(root, reader.usual)
            content = read_file(repository, path, limits.SETTINGS_BYTES, UsageError)
            if content is not None:
                yield ApplicationFile(framework, reader, root, content)


def _is_application(top: Path, file: ApplicationFile) -> bool:
    """Whether its folder is an application's, and not one that has a file of this name besides."""
    files = file.framework.files
    signs = (*files.folders(file.root), *(_join(file.root, it) for it in files.markers))
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
    folder = _join(found[0].root, found[0].framework.files.usual)
    return UsageError(
        "nothing says which database is meant",
        why=f"several applications name one: {', '.join(it.path for it in found)}",
        fix=f"name the application's migrations: --dir {shell_word(folder)}; or the database: "
        "--database-url URL",
    )


def _join(root: str, path: str) -> str:
    return os.path.normpath(f"{root}/{path}") if root else path
