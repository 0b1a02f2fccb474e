"""Whether a schema file has what the migrations make that it counts: read only where it may not.

The replay and all that belongs to it load late: most changes touch neither.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.ports.schema_file import ReadSchema, SchemaFile
from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import Changes
from analyzer.records import Struct
from analyzer.workflow.gate.check_forecast import ForecastReader
from analyzer.workflow.gate.check_reading import ChangeTexts

if TYPE_CHECKING:
    from analyzer.model.findings.schema_diff import Difference
    from analyzer.model.findings.schema_state import ReadMigration

_MOST_TOUCHED = 50  # files of a change; one that touches more is no everyday one


class SchemaText(Struct, frozen=True):
    """A schema file's text at one point, and the migrations that it counts, in their order."""

    text: bytes
    counted: Sequence[MigrationFile]


class GapReader(Struct, frozen=True):
    """Compares one schema file with the migrations that it counts, before a change and with it."""

    port: SchemaFile
    path: str
    texts: ChangeTexts
    forecasts: ForecastReader

    def gaps(self, before: SchemaText, now: SchemaText, changes: Changes) -> "Sequence[Difference]":
        """What the file lacks or has too much since the change; it may touch neither."""
        touched = [*changes.added, *(it.new for it in (*changes.moved, *changes.edited))]
        mine = [file for file in touched if file in now.counted]
        if (before.text == now.text and not mine) or len(mine) > _MOST_TOUCHED:
            return ()
        return self._between(before, now, mine, typed=not touched)

    def agree(self, before: SchemaText, now: SchemaText, mine: Sequence[MigrationFile]) -> bool:
        """Whether a text has what migrations make, ``mine`` among them; too many are not read."""
        return len(mine) <= _MOST_TOUCHED and not self._between(before, now, mine, typed=False)

    def _between(
        self,
        before: SchemaText,
        now: SchemaText,
        mine: Sequence[MigrationFile],
        *,
        typed: bool,
    ) -> "Sequence[Difference]":
        from analyzer.analysis.gate.schema_gaps import (
            SchemaSide,
            find_gaps,
            tables_between,
            tables_of,
        )
        from analyzer.engines.registry import engine_in_hand

        then, told = self._parsed(before.text), self._parsed(now.text)
        tables = tables_between(then, told) | tables_of(map(self.texts.migration, mine))
        if not tables:
            return ()
        sides = [
            SchemaSide(read, _Counted(self, it.counted, mine))
            for read, it in ((then, before), (told, now))
        ]
        return find_gaps(sides[0], sides[1], tables, engine_in_hand(), typed=typed)

    def _parsed(self, text: bytes) -> ReadSchema:
        return self.port.parse(self.path, text)


class _Counted(Struct, frozen=True):
    """Reads the migrations that a schema file counts, those that bear on some tables or all."""

    reader: GapReader
    files: Sequence[MigrationFile]
    mine: Sequence[MigrationFile]

    def __call__(self, tables: Collection[str] | None) -> "Sequence[ReadMigration]":
        wanted = self.files if tables is None else self._bearing_on(tables)
        return [self.reader.texts.migration(file) for file in wanted]

    def _bearing_on(self, tables: Collection[str]) -> Sequence[MigrationFile]:
        from analyzer.analysis.forecast.relevance import Relevance
        from analyzer.model.effects import effect as e
        from analyzer.model.effects.effect import Parsed

        named = Parsed(tuple(e.DropTable(it, 1) for it in sorted(tables)))
        relevance = Relevance([named], wide=True)
        near = {it.path for it in self.reader.forecasts.concerned(self.files, relevance)}
        near |= {it.path for it in self.mine}
        return [file for file in self.files if file.path in near]
