"""A framework as the application's own settings for it have it."""

from collections.abc import Callable, Sequence

from analyzer.frameworks.base import Framework


def with_own_settings(
    framework: Framework, folders: Sequence[str], read: Callable[[str], bytes | None]
) -> Framework:
    """The framework as its settings files above the first of some migration folders have it.

    Args: read: a file by its path from the repository's root; None where there is none.
    """
    settings = framework.settings
    if settings is None or not folders:
        return framework
    paths = settings.files(framework.files.root(folders[0]) or "")
    contents = ((path, read(path)) for path in paths)
    return settings.obeyed({path: content for path, content in contents if content is not None})
