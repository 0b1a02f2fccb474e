"""The texts of a target's files, today's and those of its past: each is read and parsed once."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property

from analyzer.engines.registry import settled_sql
from analyzer.errors import RepositoryError
from analyzer.model.effects.effect import Parsed
from analyzer.sources.git.git import Repository
from analyzer.workflow.reading.files.application import read_key_type
from analyzer.workflow.reading.files.current_files import TargetFiles
from analyzer.workflow.reading.files.view_files import Read, reader_of, with_view_files


class TargetTexts:
    """Texts by the ids of their contents, and what they do."""

    def __init__(self, repository: Repository, target: TargetFiles) -> None:
        self._repository, self._target = repository, target
        self._contents = dict(target.loose)
        self._parsed: dict[tuple[str, str], Parsed] = {}

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

    def known(self, engine: str, blob: str) -> Parsed | None:
        """The effects of a content that was read before, as this engine's; else None."""
        return self._parsed.get((engine, blob))

    def parsed(self, blob: str) -> Parsed:
        """Read the effects of a content."""
        key = (settled_sql(), blob)
        if key not in self._parsed:
            content, language = self.content(blob), self._target.framework.language
            key_type = self._key_type if language.asks_key_type(content) else None
            parsed = language.parse(content, key_type)
            self._parsed[key] = with_view_files(parsed, self._read_file)
        return self._parsed[key]

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
