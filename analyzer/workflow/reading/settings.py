"""The configuration of a repository, or of the folder where there is none."""

from collections.abc import Collection
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError, UsageError
from analyzer.records import Struct
from analyzer.sources.config.settings import (
    OWN_FILE,
    SHARED_FILE,
    Read,
    TeamSettings,
    read_settings,
)
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.git.tree import SYMLINK, list_paths


class Configuration(Struct, frozen=True):
    """The team's settings, and the folder that the paths in them count from."""

    settings: TeamSettings
    root: Path


def known_codes() -> Collection[str]:
    """The codes of all findings."""
    from analyzer.analysis.gate.all_rules import RULES  # with all that diagnose finds

    return RULES


def settings_of(repository: Repository) -> TeamSettings:
    """Read the settings of the working tree; of a bare repository those of its HEAD.

    Raises:
        UsageError: they cannot be read, or are not understood.
    """
    if repository.work_tree is not None:
        return read_settings(_of_work_tree(repository), known_codes)
    head = repository.head()
    return settings_at(repository, head) if head is not None else TeamSettings()


def settings_at(repository: Repository, commit: str) -> TeamSettings:
    """Read the settings that a commit has. Raises as `settings_of`."""
    entries = list_paths(repository, commit, (OWN_FILE, SHARED_FILE))
    blobs = {it.path: it.blob for it in entries if it.mode != SYMLINK}

    def read(path: str) -> bytes | None:
        blob = blobs.get(path)
        most = limits.SETTINGS_BYTES.most + 1
        return None if blob is None else repository.read_beginning(blob, most)

    return read_settings(read, known_codes)


def find_configuration(repo: str | None) -> Configuration:
    """Read the configuration of the repository at or around a path, else of the current folder.

    Raises:
        RepositoryError: a repository was named, and there is none.
        UsageError: the configuration cannot be read, or is not understood.
    """
    try:
        repository = open_repository(repo)
    except RepositoryError:
        if repo is not None:
            raise
        here = Path.cwd()
        return Configuration(read_settings(_of_folder(here), known_codes), here)
    return Configuration(settings_of(repository), repository.work_tree or Path.cwd())


def _of_work_tree(repository: Repository) -> Read:
    from analyzer.sources.git.work_tree import read_file  # with all that reads a work tree

    return lambda path: read_file(repository, path, limits.SETTINGS_BYTES, UsageError)


def _of_folder(folder: Path) -> Read:
    from analyzer.sources.files.bounded import read_file

    def read(path: str) -> bytes | None:
        file = folder / path
        return read_file(file, limits.SETTINGS_BYTES, UsageError) if file.is_file() else None

    return read
