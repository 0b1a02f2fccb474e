"""The texts of a target's files, today's and those of its past: each is read and parsed once."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.errors import RepositoryError
from analyzer.model.effects.effect import Parsed
from analyzer.sources.git.git import Repository
from analyzer.workflow.reading.application import read_key_type
from analyzer.workflow.reading.reading import TargetFiles
from analyzer.workflow.reading.view_files import Read, reader_of, with_view_files

if TYPE_CHECKING:
    from analyzer.analysis.diagnosis.affixes import Affixes
    from analyzer.analysis.diagnosis.waiting_files import KnownEnds
    from analyzer.model.core.history import History
    from analyzer.model.core.migration import FileSet
    from analyzer.model.effects.content_features import ContentFeatures


class TargetTexts:
    """Texts by the ids of their contents, and what they do.

    What was made of them is kept for all environments of one run: none of it depends on rows.
    """

    def __init__(self, repository: Repository, target: TargetFiles) -> None:
        self._repository, self._target = repository, target
        self._contents = dict(target.loose)
        self._parsed: dict[str, Parsed] = {}
        self.with_affixes: dict[Affixes | None, dict[str, Parsed]] = {}
        self.words: dict[str, frozenset[str]] = {}
        self.features: dict[str, ContentFeatures] = {}
        self.files_at: dict[tuple[str, tuple[str, ...]], FileSet] = {}
        self.everywhere: dict[tuple[str, ...], History] = {}
        self.known_ends: dict[tuple[Affixes | None, str], KnownEnds] = {}

    def content(self, blob: str) -> bytes:
        """A file's content by its id."""
        if blob not in self._contents:
            self._contents[blob] = self._repository.read_blob(blob)
        return self._contents[blob]

    def remember(self, blob: str, content: bytes) -> None:
        """Take in a content that git does not have, such as a file as it is about to be."""
        self._contents[blob] = content

    def read_ahead(self, blobs: Iterable[str]) -> None:
        """Read many contents at once, which takes git a fraction of the time of one by one."""
        missing = [blob for blob in dict.fromkeys(blobs) if blob not in self._contents]
        self._contents.update(zip(missing, self._repository.read_blobs(missing), strict=True))

    def parsed(self, blob: str) -> Parsed:
        """Read the effects of a content."""
        if blob not in self._parsed:
            content, language = self.content(blob), self._target.framework.language
            key_type = self._key_type if language.asks_key_type(content) else None
            parsed = language.parse(content, key_type)
            self._parsed[blob] = with_view_files(parsed, self._read_file)
        return self._parsed[blob]

    def parse_while(self, waiting: Callable[[], bool]) -> None:
        """Parse today's files, which nearly all is asked of later, as long as others have to work.

        What cannot be read is left to whoever needs it.
        """
        blobs = [file.blob for file in self._target.files.files]
        with suppress(RepositoryError):
            for blob in blobs:
                if not waiting():
                    return
                if blob not in self._contents:
                    self.read_ahead(blobs)
                self.parsed(blob)

    @cached_property
    def _read_file(self) -> Read:
        return reader_of(self._repository, self._target)

    @cached_property
    def _key_type(self) -> str | None:
        return read_key_type(self._repository, self._target)
