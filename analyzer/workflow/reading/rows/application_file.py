"""The file of one application that names its databases, and what each of them becomes."""

import os
from collections.abc import Mapping, Sequence

from analyzer import limits
from analyzer.engines.registry import ENGINES, engine, engine_of_address, is_address
from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.databases import DatabaseFile, FoundDatabase
from analyzer.model.core.environments import (
    UNNAMED,
    DatabasePlace,
    EnvironmentName,
    Unreadable,
)
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace
from analyzer.sources.git.git import Repository
from analyzer.sources.git.work_tree import read_file


class ApplicationFile(Struct, frozen=True):
    """The file of one application: its path and content, and who reads it."""

    framework: Framework
    reader: DatabaseFile
    root: str
    content: bytes

    @property
    def path(self) -> str:
        """Where it lies, from the repository's root."""
        return below(self.root, self.reader.usual)

    def databases(
        self, repository: Repository, variables: Mapping[str, str]
    ) -> tuple[DatabasePlace, ...]:
        """All that it names and that have migrations, in its order.

        One whose folders never were there has none: what Rails itself brings for queues and
        caches is loaded from a schema file. It is left out, and a warning says so.

        Raises:
            UsageError: it cannot be read, or has nothing for this run.
        """

        def read(path: str) -> bytes | None:
            return read_file(repository, below(self.root, path), limits.SETTINGS_BYTES, UsageError)

        found = self.reader.read(self.content, self.path, variables, read)
        for one in found:
            _demand_name(one)
        without = [it for it in found if self._never_had_folders(it, repository)]
        other = self._otherwise(variables)
        kept = [it for it in found if it not in without] or found
        within = self.reader.chosen(variables)
        places = [replace(self._place(it, repository, within), otherwise=other) for it in kept]
        if len(without) == len(found):
            return tuple(places)
        if without:
            places[0] = replace(places[0], warning=_left_out(without))
        return tuple(places)

    def _otherwise(self, variables: Mapping[str, str]) -> str:
        """The variable to set for production's databases; empty where this run is production's."""
        production = self.reader.in_production
        if all(variables.get(name) == value for name, value in production.items()):
            return ""
        return " ".join(f"{name}={value}" for name, value in production.items())

    def _never_had_folders(self, found: FoundDatabase, repository: Repository) -> bool:
        """Whether none of the folders that it names is there, nor ever was."""
        top = repository.work_tree
        folders = [below(self.root, folder) for folder in found.folders]
        if top is None or not folders or any(os.path.lexists(top / it) for it in folders):
            return False
        if any(it.startswith(("/", "..")) for it in folders):
            return False  # told as an error by who reads them
        if not repository.has_commits():
            return True
        return not repository.run("rev-list", "-1", "HEAD", "--", *folders).strip()

    def environments(self, variables: Mapping[str, str]) -> tuple[str, ...]:
        """The environments that it has databases of. Raises UsageError: it cannot be read."""
        return self.reader.environments(self.content, self.path, variables)

    def _place(self, found: FoundDatabase, repository: Repository, within: str) -> DatabasePlace:
        fault, address = found.fault, found.address
        if fault is None and address is not None:
            fault = _unsupported(address, found.place)
        named = None
        if found.name is not None:
            option = f"{within}:{found.name}" if within else found.name
            named = EnvironmentName(option, found.variable)
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
            return tuple(below(self.root, folder) for folder in found.folders)
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
        why=f"so far only {enumerated(engine(it).title for it in ENGINES)} can be read directly",
        fix="pass the rows from a file: --rows FILE (a dump, a CSV, or one version per line)",
    )


def below(root: str, path: str) -> str:
    """A path of the application, from the repository's root."""
    return os.path.normpath(f"{root}/{path}") if root else path
