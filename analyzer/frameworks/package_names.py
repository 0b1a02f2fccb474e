"""How an application calls its packages, as its own files have it."""

from collections.abc import Callable, Sequence

from analyzer.frameworks.base import Framework


def with_package_names(
    framework: Framework, folders: Sequence[str], read: Callable[[str], bytes | None]
) -> Framework:
    """The framework as the files around some migration folders call their packages.

    Args: read: a file by its path from the repository's root; None where there is none.
    """
    packages = framework.packages
    return framework if packages is None else packages.found(folders, read)
