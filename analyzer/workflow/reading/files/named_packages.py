"""A framework as the files of an application call its packages."""

from collections.abc import Sequence

from analyzer.frameworks.base import Framework
from analyzer.frameworks.package_names import with_package_names
from analyzer.sources.git.blobs import read_at
from analyzer.sources.git.git import Repository


def as_named(
    repository: Repository, framework: Framework, commit: str | None, folders: Sequence[str]
) -> Framework:
    """The framework with the packages' names.

    Args: commit: None for the working tree.  folders: of migrations.
    """
    return with_package_names(framework, folders, lambda path: read_at(repository, commit, path))
