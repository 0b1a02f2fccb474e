"""What migration files do, each text parsed once."""

from functools import cached_property

from analyzer.analysis.diagnosis.affixes import Affixes, with_affixes
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.workflow.reading.application import read_key_type
from analyzer.workflow.reading.target_files import PastFiles
from analyzer.workflow.reading.view_files import Read, reader_of, with_view_files


class Contents:
    """Parsed texts of one target's files, today's and those of its past.

    Args: affixes: what the framework adds to the name of each table.
    """

    def __init__(self, past_files: PastFiles, affixes: Affixes | None = None) -> None:
        self.past_files, self.affixes = past_files, affixes
        self._parsed = past_files.texts.parsed.setdefault(affixes, {})
        self.known_ends = past_files.texts.known_ends.setdefault(affixes, {})

    def parsed(self, file: MigrationFile) -> Parsed:
        """Read the effects of a file."""
        if file.blob not in self._parsed:
            content, language = (
                self.past_files.content(file.blob),
                self.past_files.target.framework.language,
            )
            key_type = self._key_type if language.asks_key_type(content) else None
            parsed = with_view_files(language.parse(content, key_type), self._read_file)
            affixes = self.affixes
            self._parsed[file.blob] = with_affixes(parsed, affixes) if affixes else parsed
        return self._parsed[file.blob]

    def text(self, file: MigrationFile) -> bytes:
        """A file's own bytes."""
        return self.past_files.content(file.blob)

    @cached_property
    def _read_file(self) -> Read:
        return reader_of(self.past_files.repository, self.past_files.target)

    @cached_property
    def _key_type(self) -> str | None:
        return read_key_type(self.past_files.repository, self.past_files.target)
