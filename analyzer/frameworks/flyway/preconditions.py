"""What ``flyway migrate`` refuses, in its own words: it validates before it runs anything.

Source: MigrationInfoImpl.java and CompositeMigrationResolver.java, 7.15.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.flyway.names import beginning_in
from analyzer.frameworks.flyway.store import FlywayStore, description_of, failed
from analyzer.frameworks.flyway.versions import read
from analyzer.frameworks.set_of_rows import REFUSES, run_of_set
from analyzer.frameworks.usual_preconditions import UsualRefusals
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import NextRun

_GIVEN = ("BASELINE", "SQL_BASELINE")
_DOUBLED = "Found more than one migration with version {} Offenders: -> {} (SQL) -> {} (SQL)"
_FAILED = (
    "Detected failed migration to version {} ({}). Please remove any half-completed changes then "
    "run repair to fix the schema history."
)
_LOST = (
    "Detected applied migration not resolved locally: {}. If you removed this migration "
    "intentionally, run repair to mark the migration as deleted."
)
_LATE = (
    "Detected resolved migration not applied to database: {}. To ignore this migration, set "
    "-ignoreIgnoredMigrations=true. To allow executing this migration, set -outOfOrder=true."
)
_OTHER = (
    "Migration description mismatch for migration version {} -> Applied to database : {} "
    "-> Resolved locally    : {}"
)


class FlywayRefusals(UsualRefusals):
    """The port ``Preconditions`` of Flyway.

    Args: runs_late: its settings say ``outOfOrder``.
    """

    illegal_names = "a name is V, the version, two underscores, a description and .sql"
    renamed = REFUSES
    misleads = "flyway repair"
    other_name = "; Flyway compares the description, too, and refuses another one"

    def __init__(self, *, runs_late: bool = False) -> None:
        late = "" if runs_late else " (or runs it, with -outOfOrder=true)"
        super().__init__("Flyway", late, "undo stops at it")
        self._runs_late = runs_late

    def shared(self, said: str) -> str:
        """What it does while files share a version."""
        return f"refuses to start while {said}; nothing at all would run"

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What has no row, lowest version first; none where validation finds fault."""
        from analyzer.model.findings.prediction import Failure

        store = FlywayStore()
        standing = [row for row, it in zip(rows, store.stands(rows), strict=True) if it]
        given = _baseline(rows)
        above = [it for it in files.files if given is None or it.version > given]
        run = run_of_set(replace(files, files=tuple(above)), standing, unran, read)
        begins = beginning_in(files) if given is None and not standing else None
        if begins is not None:
            later = (it for it in run.starts if it.version > begins.version)
            run = replace(run, starts=(begins, *later))
        said = next(self._faults(files.files, above, rows, standing), None)
        return run if said is None else replace(run, refuses=Failure(None, said, "FlywayException"))

    def _faults(
        self,
        files: Sequence[MigrationFile],
        above: Sequence[MigrationFile],
        rows: Sequence[TableRow],
        standing: Sequence[TableRow],
    ) -> Iterator[str]:
        for _, (one, other, *_) in self.conflicts(files):
            yield _DOUBLED.format(one.version, one.path, other.path)
        late = () if self._runs_late else _late(above, standing)
        faults = [*_of_rows(files, rows, standing), *late, *_described(above, standing)]
        yield from (said for _, said in sorted(faults, key=_place))

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile]
    ) -> tuple[str, str, int] | None:
        """Nothing that can be told from the text stops it at one migration."""
        del file, parsed, before
        return None


def _of_rows(
    files: Sequence[MigrationFile], rows: Sequence[TableRow], standing: Sequence[TableRow]
) -> Iterator[tuple[Version, str]]:
    """Failures, and rows without a file; one behind all files is of the future, and is passed."""
    there = {it.version.key for it in files}
    newest = max((it.version for it in files), default=None)
    for row in rows:
        if row.version and failed(row):
            said = _FAILED.format(row.version, row.columns.get("description") or "")
            yield read(row.version), said
    for row in standing:
        version = read(row.version)
        if version.key not in there and newest is not None and version < newest:
            yield version, _LOST.format(version)


def _late(
    above: Sequence[MigrationFile], standing: Sequence[TableRow]
) -> Iterator[tuple[Version, str]]:
    """Files without a row that sort before one that ran."""
    ran = {read(row.version).key for row in standing}
    last = max((read(row.version) for row in standing), default=None)
    for file in above:
        if last is not None and file.version.key not in ran and file.version < last:
            yield file.version, _LATE.format(file.version)


def _described(
    above: Sequence[MigrationFile], standing: Sequence[TableRow]
) -> Iterator[tuple[Version, str]]:
    """Files whose row has another description."""
    by_version = {read(row.version).key: row for row in standing}
    for file in above:
        row = by_version.get(file.version.key)
        if row is None:
            continue
        stored, now = row.columns.get("description"), description_of(file)
        if stored is not None and stored != now:
            yield file.version, _OTHER.format(file.version, stored, now)


def _baseline(rows: Sequence[TableRow]) -> Version | None:
    """The version up to which everything is taken as given."""
    given = [read(row.version) for row in rows if row.columns.get("type") in _GIVEN]
    return max(given, default=None)


def _place(fault: tuple[Version, str]) -> Version:
    return fault[0]
