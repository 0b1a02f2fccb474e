"""A framework that there is not: versions such as 1.2 and 1.10, and rows that know their name.

Nothing of Rails is in it; what the core does with it, it does for any framework.
"""

import itertools
import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from typing import Any, cast

from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.preconditions import Conflict
from analyzer.frameworks.set_of_rows import run_of_set
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName, WhyIgnored
from analyzer.model.core.table_row import Columns, TableRow
from analyzer.model.core.version import InvalidVersion, Version, VersionKey
from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.prediction import NextRun

_PART = r"[0-9]+(?:\.[0-9]+)*"
_FILE = re.compile(rf"(?P<version>{_PART})__(?P<slug>\w+)\.sql")


def _key(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def _version(key: Iterable[int]) -> Version:
    parts = tuple(key)
    return Version(parts, ".".join(map(str, parts)))


def _parts(version: Version) -> tuple[int, ...]:
    return cast("tuple[int, ...]", version.key)


class DottedVersions:
    """1.2 comes before 1.10, and 1.02 is 1.2."""

    form = "numbers with dots between"

    def is_listed(self, cell: str) -> bool:
        return re.fullmatch(_PART, cell) is not None

    def read(self, stored: str) -> Version:
        return (
            Version(_key(stored), stored) if self.is_listed(stored) else InvalidVersion((), stored)
        )

    def typed(self, text: str) -> Version | None:
        return self.read(text) if self.is_listed(text) else None

    def bare(self, version: Version) -> str:
        return _version(_parts(version)).text

    def respelled(self, version: Version, like: str) -> Version:
        del like
        return _version(_parts(version))

    def distance(self, one: Version, other: Version) -> float:
        pairs = itertools.zip_longest(_parts(one), _parts(other), fillvalue=0)
        return sum(abs(a - b) / 1000**place for place, (a, b) in enumerate(pairs))

    def moment(self, version: Version) -> str | None:
        del version

    def odd_length(self, version: Version) -> int | None:
        del version

    def step(self, version: Version, direction: int) -> Version | None:
        *head, last = _parts(version)
        return _version([*head, last + direction]) if last + direction >= 0 else None

    def next_free(self, version: Version, taken: Collection[VersionKey]) -> Version:
        after = self.step(version, 1)
        while after is not None and after.key in taken:
            after = self.step(after, 1)
        assert after is not None
        return after

    def newest_of_all(
        self, versions: Sequence[Version], taken: Iterable[VersionKey], now: str
    ) -> str:
        del now
        keys = [*map(_parts, versions), *(cast("tuple[int, ...]", key) for key in taken)]
        return _version([max(keys)[0] + 1]).text

    def last_as_wide(self, version: Version, taken: Iterable[VersionKey]) -> str:
        return self.newest_of_all([version], taken, "")

    def issue(
        self, settled: Iterable[Version], taken: Iterable[VersionKey], now: str
    ) -> Iterator[str]:
        first = _key(self.newest_of_all([*settled], taken, now))[0]
        return (str(number) for number in itertools.count(first))

    def plain(self, number: int) -> Version:
        return _version([number])

    def plain_numbers(self, keys: Collection[VersionKey]) -> Container[int]:
        alone = (key for key in keys if isinstance(key, tuple) and len(key) == 1)
        return {number for (number,) in alone}


class NamedRows:
    """A table of versions and names; whatever else it holds is nobody's business."""

    table = "changes"
    version_column = "version"
    bookkeeping = frozenset({"changes"})
    metadata = None
    lock = None
    schema = None
    heads = False
    required = ()
    goes_along = ()
    nulls = False
    no_insert = ""
    checksum = None
    stands = None
    telling: tuple[str, ...] = ()

    def settled(self, rows: Sequence[TableRow]) -> Sequence[TableRow]:
        return rows

    def keeper(self, columns: Collection[str]) -> None:
        del columns

    def untouchable(self, row: TableRow) -> str:
        del row
        return ""

    def kept(self, columns: Sequence[str]) -> tuple[str, ...]:
        return tuple(column for column in columns if column == "name")

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        changed = {"name": file.name.slug}
        columns = (
            row.columns.having(changed) if row is not None else Columns(("name",), [file.name.slug])
        )
        return TableRow(DottedVersions().bare(file.version), columns)


class DottedFiles:
    """1.2__create_songs.sql in the folder migrations; nothing else is asked of it here."""

    usual = "migrations"

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        del folder
        found = _FILE.fullmatch(path_in_folder)
        if found is None:
            return WhyIgnored.NOT_A_MIGRATION
        return MigrationName(DottedVersions().read(found["version"]), found["slug"], "", "")

    def way_back(self, path: str) -> str | None:
        del path

    def defining_lines(self, content: bytes) -> Iterator[DefiningLine]:
        del content
        return iter(())


class Harmless:
    """It refuses nothing, and minds nothing."""

    misleads = renamed = ""
    skips_late = refuses_late = False
    illegal_names = late = lost_file = while_shared = other_name = mismatch = link = ""
    no_version, unreadable = "has no file for it", "look"

    def shared(self, said: str) -> str:
        return f"does not mind that {said}"

    def conflicts(self, files: Sequence[MigrationFile]) -> Iterator[Conflict]:
        del files
        return iter(())

    def next_run(self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]) -> NextRun:
        return run_of_set(files, rows, unran, DottedVersions().read)

    def stop(self, file: MigrationFile, parsed: Parsed, before: Sequence[MigrationFile]) -> None:
        del file, parsed, before


class DottedCommands:
    """What users type."""

    title, migrate, dump = "dotted", "dotted up", "dotted dump"
    records = ""


def dotted() -> Framework:
    """The framework's bundle, as far as the core asks for it here; it keeps no schema file."""
    return Framework(
        "dotted",
        cast("Any", DottedFiles()),
        DottedVersions(),
        cast("Any", NamedRows()),
        cast("Any", None),
        cast("Any", Harmless()),
        cast("Any", DottedCommands()),
    )
