"""What ``migrate up`` refuses, in its own words, and what it silently leaves out."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.golang_migrate.store import is_dirty
from analyzer.frameworks.integer_versions import read
from analyzer.frameworks.numbered.preconditions import NumberedRefusals
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version

if TYPE_CHECKING:
    from analyzer.model.findings.prediction import NextRun

_DIRTY = "Dirty database version {}. Fix and force version."
_DOUBLED = "duplicate migration file: {}"
_LOST = "no migration found for version {}"
_PASSED = "the database stands at {}, and golang-migrate only looks at what comes after that"


class GolangMigrateRefusals(NumberedRefusals):
    """The port ``Preconditions`` of golang-migrate, whose row tells only where a database is."""

    skips_late = True

    def shared(self, said: str) -> str:
        """What it does while files share a number."""
        return f"refuses to start while {said}; nothing at all would run"

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What comes after the row; none where that says that it stopped, or has no file."""
        from analyzer.model.findings.prediction import Failure, LeftOut, NextRun

        row = next((row for row in rows if read(row.version).is_valid), None)
        stands = read(row.version) if row is not None else None
        said = self._refused(files, row)
        ordered = sorted(files.files, key=_version)
        starts = [file for file in ordered if stands is None or file.version > stands]
        left = [file for file in ordered if file not in starts and file.path in unran]
        return NextRun(
            tuple(starts),
            tuple(LeftOut(file, _PASSED.format(stands)) for file in left),
            None if said is None else Failure(None, said, "Error"),
        )

    def _refused(self, files: FileSet, row: TableRow | None) -> str | None:
        """Why it does not start, in the order in which it looks."""
        for _, group in self.conflicts(files.files):
            return _DOUBLED.format(max(file.basename for file in group))
        if row is None:
            return None
        version = read(row.version)
        if is_dirty(row):
            return _DIRTY.format(version)
        return None if _has_file(files, version) else _LOST.format(version)


def _version(file: MigrationFile) -> Version:
    return file.version


def _has_file(files: FileSet, version: Version) -> bool:
    """Whether there is a file for a version, be it that of its way back alone."""
    if any(file.version == version for file in files.files):
        return True
    names = (it.path.rpartition("/")[2] for it in files.ignored)
    return any(read(it) == version for it in names if it.endswith(".down.sql"))
