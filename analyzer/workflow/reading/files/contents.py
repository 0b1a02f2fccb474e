"""What migration files do to the tables of one database, each text parsed once."""

from analyzer.analysis.diagnosis.affixes import Affixes, with_affixes
from analyzer.engines.registry import reading_sql
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.workflow.reading.files.file_texts import TargetTexts


class Contents:
    """Parsed texts of one target's files, today's and those of its past.

    Args:
        affixes: what the framework adds to the name of each table.
        engine: whose SQL stands in them.
    """

    def __init__(self, texts: TargetTexts, affixes: Affixes | None, engine: str) -> None:
        self._texts, self._affixes, self._engine = texts, affixes, engine
        self._with_affixes: dict[str, Parsed] = {}

    def parsed(self, file: MigrationFile) -> Parsed:
        """Read the effects of a file."""
        parsed = self._texts.known(self._engine, file.blob)
        if parsed is None:
            with reading_sql(self._engine):
                parsed = self._texts.parsed(file.blob)
        if not self._affixes:
            return parsed
        if file.blob not in self._with_affixes:
            self._with_affixes[file.blob] = with_affixes(parsed, self._affixes)
        return self._with_affixes[file.blob]

    def text(self, file: MigrationFile) -> bytes:
        """A file's own bytes."""
        return self._texts.content(file.blob)
