"""The names of an application's files, each read once."""

from collections.abc import Callable, Sequence
from functools import cache

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationName
from analyzer.sources.git.tree import folder_of


class ApplicationNames:
    """Reads the names of files in the application's folders, those by their paths each once.

    Args: content: reads a text by its id, where a version stands in the text.
    """

    def __init__(
        self,
        directories: Sequence[str],
        framework: Framework,
        content: Callable[[str], bytes] | None = None,
    ) -> None:
        self._directories, self._parse = tuple(directories), framework.files.parse_name
        self._keys, self._content = framework.keys, content
        self.told = cache(self._read)
        if self._keys is None or content is None or self._keys.told_by_path:
            self.of: Callable[..., MigrationName | None] = self._by_path
        else:
            self.of = cache(self._by_text)

    def _by_path(self, path: str, blob: str | None = None) -> MigrationName | None:
        del blob
        return self.told(path)

    def _by_text(self, path: str, blob: str | None = None) -> MigrationName | None:
        told = self.told(path)
        if told is None or blob is None or self._keys is None or self._content is None:
            return told
        name = self._keys.name(told, self._content(blob))
        return name if isinstance(name, MigrationName) else None

    def _read(self, path: str) -> MigrationName | None:
        folder = folder_of(path, self._directories)
        if folder is None:
            return None
        name = self._parse(path[len(folder) + 1 :] if folder else path, folder)
        return name if isinstance(name, MigrationName) else None
