"""What the schema files beside the compared folders say, before the change and with it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.analysis.gate.rules.schema_file_change import kept_up
from analyzer.frameworks.rails.schema_file.schema_versions import read_schema_versions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import Doubled, SchemaChange, SchemaFacts
from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.workflow.gate.check_sides import Reader

_NAMES = ("schema.rb", "structure.sql")
_CONFLICT = re.compile(rb"^(?:<{7} |>{7} |={7}\r?$)", re.MULTILINE)
_ENTRY = re.compile(r"\s*(?:\('\d+'\),|\d+)\s*")  # a line that can go without a trace
_SIDES = 2  # marks that a conflict has at the least


@dataclass(frozen=True, slots=True)
class SchemaReader:
    """Reads the schema files of an application; ``then`` are its migrations before the change."""

    reader: Reader
    start: str
    then: Sequence[MigrationFile]
    migrate: str

    def changes(self, folder: str, files: Sequence[MigrationFile]) -> Iterator[SchemaChange]:
        """Compare each schema file beside a migration folder.

        Of two, such as a live schema.rb and a structure.sql that nobody writes any more, the one
        that had the newest migration is the one to judge.
        """
        pairs = [*self._pairs(folder)]
        newest = max((file.version.number for file in self.then), default=0)
        up = [kept_up(before, newest) for before, _ in pairs]
        for (before, now), fresh in zip(pairs, up, strict=True):
            yield SchemaChange(before, now, files, self.migrate, live=fresh or not any(up))

    def _pairs(self, folder: str) -> Iterator[tuple[SchemaFacts, SchemaFacts]]:
        above = folder.rpartition("/")[0]
        for name in _NAMES:
            path = f"{above}/{name}" if above else name
            now = self.reader.whole_at_head(path)
            if now is not None:
                before = self.reader.whole_at(self.start, path)
                yield read_facts(path, before), read_facts(path, now)


def read_facts(path: str, content: bytes | None) -> SchemaFacts:
    """Read a schema file; empty facts where there is none."""
    content = content or b""
    marks = [*_CONFLICT.finditer(content)]
    conflict = _line(content, marks[0].start()) if len(marks) >= _SIDES else None
    found = read_schema_versions(path, "", content)
    if found is None:
        return SchemaFacts(path, None, conflict=conflict)
    newest = max(found.places, key=lambda place: place.number, default=None)
    return SchemaFacts(
        path,
        newest.number if newest else None,
        frozenset(found.numbers) if found.whole else None,
        newest.written if newest else "",
        _line_of(found, newest.start) if newest else 1,
        tuple(_doubled(found)),
        conflict,
    )


def _doubled(found: SchemaVersions) -> Iterator[Doubled]:
    """Versions that stand there twice: the last entry that fills a line, or else the last."""
    lines = found.text.split("\n")
    places: dict[int, list[int]] = {}
    for place in found.places:
        places.setdefault(place.number, []).append(_line_of(found, place.start))
    for number, at in places.items():
        if len(at) > 1:
            whole = [line for line in at if _ENTRY.fullmatch(lines[line - 1])]
            yield Doubled(str(number), (whole or at)[-1], alone=bool(whole))


def _line_of(found: SchemaVersions, offset: int) -> int:
    return found.text.count("\n", 0, offset) + 1


def _line(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1
