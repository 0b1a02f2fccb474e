"""A framework as the files of an application have it: names of packages, its own settings."""

from collections.abc import Sequence

from analyzer.frameworks.base import Framework
from analyzer.frameworks.package_names import with_package_names
from analyzer.frameworks.settings_obeyed import with_own_settings
from analyzer.sources.git.blobs import read_at
from analyzer.sources.git.git import Repository


def as_named(
    repository: Repository, framework: Framework, commit: str | None, folders: Sequence[str]
) -> Framework:
    """The framework with the packages' names, and as its settings files have it.

    Args: commit: None for the working tree.  folders: of migrations.
    """

    def read(path: str) -> bytes | None:
        return read_at(repository, commit, path)

    named = with_package_names(framework, folders, read)
    return with_own_settings(named, folders, read)
