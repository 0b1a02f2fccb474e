"""The names of an application's files, each read once."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationName
from analyzer.model.core.version import Version
from analyzer.records import replace
from analyzer.sources.git.tree import folder_of


class ApplicationNames:
    """Reads the names of files in the application's folders, those by their paths each once.

    Args:
        content: reads a text by its id, where a version stands in the text.
        listed: the versions by the names of files, where a journal tells them.
    """

    def __init__(
        self,
        directories: Sequence[str],
        framework: Framework,
        content: Callable[[str], bytes] | None = None,
        listed: Callable[[], Mapping[str, Version]] = dict,
    ) -> None:
        self._listed = listed
        self._directories, self._parse = tuple(directories), framework.files.parse_name
        self._keys, self._content = framework.keys, content
        self.told = cache(self._read)
        self.of: Callable[..., MigrationName | None]
        if self._keys is not None and self._keys.journal is not None:
            self.of = cache(self._by_journal)
        elif self._keys is None or content is None or self._keys.told_by_path:
            self.of = self._by_path
        else:
            self.of = cache(self._by_text)

    def _by_path(self, path: str, blob: str | None = None) -> MigrationName | None:
        del blob
        return self.told(path)

    def _by_journal(self, path: str, blob: str | None = None) -> MigrationName | None:
        told = self.told(path)
        version = self._listed().get(path.rpartition("/")[2])
        del blob
        return None if told is None or version is None else replace(told, version=version)

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
