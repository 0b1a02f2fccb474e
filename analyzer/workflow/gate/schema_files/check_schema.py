"""What the schema files beside the compared folders say, before the change and with it."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from analyzer.analysis.gate.rules.schema_file_change import counted, kept_up
from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.frameworks.ports.schema_file import SchemaFile
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.gate.gate import Changes, Doubled, SchemaFacts, WrittenVersion
from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.records import Struct
from analyzer.workflow.gate.check_forecast import ForecastReader
from analyzer.workflow.gate.check_reading import ChangeTexts
from analyzer.workflow.gate.check_sides import Reader
from analyzer.workflow.gate.schema_files.check_schema_gaps import GapReader, SchemaText

if TYPE_CHECKING:
    from analyzer.model.findings.schema_diff import Difference

_CONFLICT = re.compile(rb"^(?:<{7} |>{7} |={7}\r?$)", re.MULTILINE)
_ENTRY = re.compile(r"\s*(?:\('\d+'\),|\d+)\s*")  # a line that can go without a trace
_SIDES = 2  # marks that a conflict has at the least


class SchemaReader(Struct, frozen=True):
    """Reads the schema files of an application; ``then`` are its migrations before the change."""

    reader: Reader
    start: str
    then: Sequence[MigrationFile]
    made: Changes
    texts: ChangeTexts
    forecasts: ForecastReader

    def changes(self, folder: str, files: Sequence[MigrationFile]) -> Iterator[SchemaChange]:
        """Compare each schema file beside a migration folder.

        Of two, of which nobody writes the one any more, the one that had the newest migration is
        the one to judge.
        """
        port = self.reader.framework.schema_file
        if port is None:
            return
        pairs = [*self._pairs(port, folder)]
        newest = max((file.version for file in self.then), default=None)
        up = [kept_up(before.facts, newest) for before, _ in pairs]
        for (before, now), fresh in zip(pairs, up, strict=True):
            yield SchemaChange(
                before.facts,
                now.facts,
                files,
                self.reader.framework.commands,
                self._has(folder),
                port,
                live=fresh or not any(up),
                gaps=partial(self._gaps, port, before, now, files) if fresh else tuple,
                changed=before.text != now.text,
                own=self._own(files),
                holds=partial(self._holds, port, before, now),
            )

    def _gaps(
        self, port: SchemaFile, before: "_Read", now: "_Read", files: Sequence[MigrationFile]
    ) -> "Sequence[Difference]":
        """Where the content of a file that was kept up does not agree with the migrations."""
        compared = GapReader(port, now.facts.path, self.texts, self.forecasts)
        return compared.gaps(
            SchemaText(before.text, counted(before.facts, self.then)),
            SchemaText(now.text, counted(now.facts, files)),
            self.made,
        )

    def _own(self, files: Sequence[MigrationFile]) -> Sequence[MigrationFile]:
        """Those that the change has: what the base got since, its schema file cannot hold."""
        there = {it.path for it in (*self.then, *self.made.added)}
        there |= {it.new.path for it in self.made.moved}
        return [file for file in files if file.path in there]

    def _holds(
        self, port: SchemaFile, before: "_Read", now: "_Read", files: Sequence[MigrationFile]
    ) -> bool:
        """Whether a text has just the tables of some migrations, as far as it was written anew."""
        compared = GapReader(port, now.facts.path, self.texts, self.forecasts)
        counted_then = counted(before.facts, self.then)
        known = {file.path for file in counted_then}
        return compared.agree(
            SchemaText(before.text, counted_then),
            SchemaText(now.text, files),
            [file for file in files if file.path not in known],
        )

    def _has(self, folder: str) -> Callable[[str], bool]:
        """What knows which files lie in the application's folder, with the change."""
        root = self.reader.framework.files.root(folder)
        above = f"{root}/" if root else ""
        return lambda name: self.reader.whole_at_head(f"{above}{name}") is not None

    def _pairs(self, port: SchemaFile, folder: str) -> Iterator[tuple["_Read", "_Read"]]:
        for path in port.beside(folder):
            now = self.reader.whole_at_head(path)
            if now is not None:
                before = self.reader.whole_at(self.start, path) or b""
                yield (
                    _Read(before, read_facts(port, path, before)),
                    _Read(now, read_facts(port, path, now)),
                )


class _Read(Struct, frozen=True):
    """A schema file at one point: its text, and what that says has run."""

    text: bytes
    facts: SchemaFacts


def read_facts(port: SchemaFile, path: str, content: bytes | None) -> SchemaFacts:
    """Read a schema file; empty facts where there is none."""
    content = content or b""
    marks = [*_CONFLICT.finditer(content)]
    conflict = _line(content, marks[0].start()) if len(marks) >= _SIDES else None
    found = port.versions(path, "", content)
    if found is None:
        return SchemaFacts(path, None, conflict=conflict)
    newest = max(found.places, key=lambda place: place.version, default=None)
    return SchemaFacts(
        path,
        newest.version if newest else None,
        frozenset(found.versions) if found.whole else None,
        newest.written if newest else "",
        _line_of(found, newest.start) if newest else 1,
        tuple(_doubled(found)),
        conflict,
        _places(found),
    )


def _places(found: SchemaVersions) -> dict[Version, WrittenVersion]:
    """Where each version stands: one walk down the text, which may name thousands."""
    places, line, at = dict[Version, WrittenVersion](), 1, 0
    for place in sorted(found.places, key=lambda one: one.start):
        line, at = line + found.text.count("\n", at, place.start), place.start
        places[place.version] = WrittenVersion(line, place.written)
    return places


def _doubled(found: SchemaVersions) -> Iterator[Doubled]:
    """Versions that stand there twice: the last entry that fills a line, or else the last."""
    lines = found.text.split("\n")
    places: dict[Version, list[int]] = {}
    for place in found.places:
        places.setdefault(place.version, []).append(_line_of(found, place.start))
    for version, at in places.items():
        if len(at) > 1:
            whole = [line for line in at if _ENTRY.fullmatch(lines[line - 1])]
            yield Doubled(str(version), (whole or at)[-1], alone=bool(whole))


def _line_of(found: SchemaVersions, offset: int) -> int:
    return found.text.count("\n", 0, offset) + 1


def _line(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1
