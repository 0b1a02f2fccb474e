"""The places of a timeline: each file of today, and each version that a migration had before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.findings.across import RenameAcross
from analyzer.model.findings.diagnosis import RowDeleted, RowOrphaned, RowVerdict
from analyzer.model.findings.report import Report
from analyzer.records import Struct
from analyzer.report.page.view.timeline import Mark


class Slot(Struct, frozen=True):
    """One place: a version, and the migration that has it, or had it.

    ``olds`` are the pairs whose old end it is, ``news`` those whose new end, by number. In an
    exchange or a chain a file of today has the version that another migration had: then it is both.
    """

    version: Version
    name: str
    git: Mark
    file: MigrationFile | None = None
    olds: tuple[int, ...] = ()
    news: tuple[int, ...] = ()

    @property
    def pairs(self) -> tuple[int, ...]:
        """The pairs that it belongs to."""
        return (*self.olds, *self.news)


Numbered = Sequence[tuple[int, RenameAcross]]


def find_slots(report: Report, pairs: Numbered) -> tuple[Slot, ...]:
    """List all places, in the order of versions; a file stands before one that had its version."""
    found = [*_of_files(report.repository.files.files, pairs)]
    held = {slot.version.key for slot in found if slot.news}
    found += _of_old_ends(pairs, held)
    known = {slot.version.key for slot in found if slot.olds}
    found += _of_rows(_bare_rows(report), known)
    return tuple(sorted(found, key=lambda it: (it.version.key, it.file is None, it.name)))


def _of_files(files: Iterable[MigrationFile], pairs: Numbered) -> Iterator[Slot]:
    news: dict[str, list[int]] = {}
    olds: dict[VersionKey, list[int]] = {}
    for number, pair in pairs:
        news.setdefault(pair.rename.new.path, []).append(number)
        olds.setdefault(pair.rename.old.version.key, []).append(number)
    for file in files:
        is_new = news.get(file.path, ())
        was = [it for it in olds.get(file.version.key, ()) if it not in is_new] if is_new else ()
        yield Slot(file.version, file.name.slug, Mark.FILE, file, tuple(was), tuple(is_new))


def _of_old_ends(pairs: Numbered, held: set[VersionKey]) -> Iterator[Slot]:
    """The old ends that no renamed file of today stands at."""
    found: dict[tuple[VersionKey, str], list[tuple[int, RenameAcross]]] = {}
    for number, pair in pairs:
        old = pair.rename.old
        if old.version.key not in held:
            found.setdefault((old.version.key, old.path), []).append((number, pair))
    for those in found.values():
        rename = those[0][1].rename
        git = Mark.NOTHING if rename.supposed else Mark.GONE
        numbers = tuple(number for number, _ in those)
        yield Slot(rename.old.version, rename.old.name.slug, git, None, numbers)


def _bare_rows(report: Report) -> Iterator[RowVerdict]:
    for environment in report.environments:
        for row in environment.diagnosis.rows:
            if isinstance(row, RowDeleted | RowOrphaned):
                yield row


def _of_rows(rows: Iterable[RowVerdict], known: set[VersionKey]) -> Iterator[Slot]:
    """Rows whose file is gone, each once."""
    seen: dict[tuple[VersionKey, str], Slot] = {}
    for row in rows:
        version = row.row.version
        name, git = "", Mark.NOTHING
        if isinstance(row, RowDeleted):
            name, git = row.last_seen.file.name.slug, Mark.GONE
        if version.key not in known:
            seen.setdefault((version.key, name), Slot(version, name, git))
    yield from seen.values()


def by_pair(slots: Iterable[Slot]) -> Mapping[int, tuple[int, int]]:
    """The places of each pair's old and new end, by its number."""
    olds: dict[int, int] = {}
    news: dict[int, int] = {}
    for place, slot in enumerate(slots):
        olds.update(dict.fromkeys(slot.olds, place))
        news.update(dict.fromkeys(slot.news, place))
    return {number: (olds[number], news[number]) for number in olds if number in news}
