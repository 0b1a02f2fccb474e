"""What the schema files beside the compared folders say, before the change and with it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.analysis.gate.gate_schema import SchemaChange, kept_up
from analyzer.frameworks.base import SchemaFileStyle
from analyzer.frameworks.rails.schema_file.schema_versions import Read, read_schema_versions
from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import Doubled, SchemaFacts
from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.workflow.gate.check_sides import Reader

if TYPE_CHECKING:
    from analyzer.model.core.version import Version

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
    style: SchemaFileStyle

    def changes(self, folder: str, files: Sequence[MigrationFile]) -> Iterator[SchemaChange]:
        """Compare each schema file beside a migration folder.

        Of two, such as a live schema.rb and a structure.sql that nobody writes any more, the one
        that had the newest migration is the one to judge.
        """
        pairs = [*self._pairs(folder)]
        newest = max((file.version for file in self.then), default=None)
        up = [kept_up(before, newest) for before, _ in pairs]
        for (before, now), fresh in zip(pairs, up, strict=True):
            live = fresh or not any(up)
            yield SchemaChange(before, now, files, self.migrate, self.style, live=live)

    def _pairs(self, folder: str) -> Iterator[tuple[SchemaFacts, SchemaFacts]]:
        above = folder.rpartition("/")[0]
        for name in _NAMES:
            path = f"{above}/{name}" if above else name
            now = self.reader.whole_at_head(path)
            if now is not None:
                before = self.reader.whole_at(self.start, path)
                yield (
                    read_facts(path, before, self.style.written),
                    read_facts(path, now, self.style.written),
                )


def read_facts(path: str, content: bytes | None, read: Read) -> SchemaFacts:
    """What a schema file says; nothing where there is none."""
    content = content or b""
    marks = [*_CONFLICT.finditer(content)]
    conflict = _line(content, marks[0].start()) if len(marks) >= _SIDES else None
    found = read_schema_versions(path, "", content, read)
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
    )


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
