"""What ``prisma migrate deploy`` refuses, in its own words."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.preconditions import KeyedRefusals
from analyzer.frameworks.prisma.store import is_failed
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from analyzer.model.findings.prediction import Failure, NextRun

_FAILED = (
    "migrate found failed migrations in the target database, new migrations will not be applied."
)
_NO_FILE = (
    "Could not find the migration file at migration.sql. Please delete the directory or restore "
    "the migration file."
)


class PrismaRefusals(KeyedRefusals):
    """The port ``Preconditions`` of Prisma."""

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What no finished row names; none while a failed one is there, or a folder is empty."""
        from analyzer.frameworks.prisma.store import PrismaStore
        from analyzer.records import replace

        told = zip(rows, PrismaStore.stands(rows), strict=True)
        run = super().next_run(files, [row for row, stands in told if stands], unran)
        refuses = _on_failure(files, rows) or _on_empty_folder(files, rows)
        return run if refuses is None else replace(run, refuses=refuses)


def _on_failure(files: FileSet, rows: Sequence[TableRow]) -> "Failure | None":
    from analyzer.model.findings.prediction import Failure

    failed = next((row for row in rows if is_failed(row)), None)
    return Failure(_file(files, failed.version), _FAILED, "P3009") if failed else None


def _file(files: FileSet, name: str) -> MigrationFile | None:
    return next((file for file in files.files if file.version.text == name), None)


def _on_empty_folder(files: FileSet, rows: Sequence[TableRow]) -> "Failure | None":
    """A folder with something in it, and no migration: git keeps no others."""
    from analyzer.model.findings.prediction import Failure

    known = {file.path.rpartition("/")[0] for file in files.files}
    known |= {f"{folder}/{row.version}" for folder in files.directories for row in rows}
    for it in files.ignored:
        folder = it.path.rpartition("/")[0]
        if folder not in files.directories and folder not in known:
            return Failure(None, _NO_FILE, "P3015")
    return None
