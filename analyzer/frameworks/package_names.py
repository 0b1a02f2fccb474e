"""How an application calls its packages, as its own files have it."""

from collections.abc import Callable, Sequence

from analyzer.frameworks.base import Framework


def with_package_names(
    framework: Framework, folders: Sequence[str], read: Callable[[str], bytes | None]
) -> Framework:
    """The framework as the files beside some migration folders call their packages.

    Args: read: a file by its path from the repository's root; None where there is none.
    """
    packages = framework.packages
    if packages is None:
        return framework
    contents = ((folder, read(packages.beside(folder))) for folder in folders)
    told = ((it, packages.named(content)) for it, content in contents if content is not None)
    names = {folder: name for folder, name in told if name is not None}
    return packages.called(names)
