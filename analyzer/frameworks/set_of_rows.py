"""The next run of a framework whose table is a set: a row is a migration that ran."""

from collections.abc import Callable, Collection, Sequence

from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version
from analyzer.model.findings.prediction import LeftOut, NextRun

RUNS_AGAIN = "runs it again"
REFUSES = "refuses to start"
_ROW_THERE = "its version {} has a row already, so that it is skipped"


def run_of_set(
    files: FileSet,
    rows: Sequence[TableRow],
    unran: Collection[str],
    read: Callable[[str], Version],
) -> NextRun:
    """Start every file whose version has no row, lowest first; leave the others out.

    Args: unran: paths of the files whose migrations never ran.  read: makes a version of a text.
    """
    there = {read(row.version).key for row in rows}
    left: list[LeftOut] = []
    starts: list[MigrationFile] = []
    for file in sorted(files.files, key=_version):
        if file.version.key not in there:
            starts.append(file)
        elif file.path in unran:
            left.append(LeftOut(file, _ROW_THERE.format(file.version.text)))
    return NextRun(tuple(starts), tuple(left))


def _version(file: MigrationFile) -> Version:
    return file.version
