"""What migration files do to the tables of one database, each text parsed once."""

from analyzer.analysis.diagnosis.affixes import Affixes, with_affixes
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.workflow.reading.files.file_texts import TargetTexts


class Contents:
    """Parsed texts of one target's files, today's and those of its past.

    Args: affixes: what the framework adds to the name of each table.
    """

    def __init__(self, texts: TargetTexts, affixes: Affixes | None = None) -> None:
        self._texts, self._affixes = texts, affixes
        self._with_affixes: dict[str, Parsed] = {}

    def parsed(self, file: MigrationFile) -> Parsed:
        """Read the effects of a file."""
        if not self._affixes:
            return self._texts.parsed(file.blob)
        if file.blob not in self._with_affixes:
            parsed = self._texts.parsed(file.blob)
            self._with_affixes[file.blob] = with_affixes(parsed, self._affixes)
        return self._with_affixes[file.blob]

    def text(self, file: MigrationFile) -> bytes:
        """A file's own bytes."""
        return self._texts.content(file.blob)
