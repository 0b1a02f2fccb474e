"""What migration files do, each text parsed once."""

from functools import cached_property

from analyzer.analysis.diagnosis.affixes import Affixes, with_affixes
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.workflow.reading.application import read_key_type
from analyzer.workflow.reading.target_files import PastFiles

_ASKS_KEY_TYPE = b"primary_key_type"


class Contents:
    """Parsed texts of one target's files, today's and those of its past.

    Args: affixes: what Rails adds to the name of each table.
    """

    def __init__(self, past_files: PastFiles, affixes: Affixes | None = None) -> None:
        self.past_files, self.affixes = past_files, affixes
        self._parsed: dict[str, Parsed] = {}

    def parsed(self, file: MigrationFile) -> Parsed:
        """Read the effects of a file."""
        if file.blob not in self._parsed:
            from analyzer.frameworks.rails.language.migrations import parse_ruby

            content = self.past_files.content(file.blob)
            key_type = self._key_type if _ASKS_KEY_TYPE in content else None
            parsed = parse_ruby(content, key_type)
            affixes = self.affixes
            self._parsed[file.blob] = with_affixes(parsed, affixes) if affixes else parsed
        return self._parsed[file.blob]

    def text(self, file: MigrationFile) -> bytes:
        """A file's own bytes."""
        return self.past_files.content(file.blob)

    @cached_property
    def _key_type(self) -> str | None:
        return read_key_type(self.past_files.repository, self.past_files.target)
