"""Findings that the files' names give: what stops or surprises the next migrate."""

from collections.abc import Iterator

from analyzer.analysis.diagnosis.findings.ignored_files import find_illegal_names, find_links
from analyzer.analysis.diagnosis.findings.odd_timestamps import (
    find_future_timestamps,
    find_odd_timestamps,
)
from analyzer.analysis.diagnosis.findings.pending_files import about_pending
from analyzer.analysis.diagnosis.findings.shared_names import find_shared_names
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileApplied,
    FilePending,
    RowMatched,
    RowRenamed,
)
from analyzer.model.findings.finding import Finding, Severity


def find_in_files(
    files: FileSet, diagnosis: Diagnosis, environment: str, framework: Framework, tomorrow: str
) -> Iterator[Finding]:
    """Say what the file names mean for the next migrate, in path order within each kind.

    Args: tomorrow: 14 digits, UTC; a file may be dated until then.
    """
    migrate = framework.commands.migrate
    yield from find_shared_names(files.files, framework)
    yield from find_illegal_names(files.ignored, framework)
    yield from find_links(files.ignored, migrate)
    newest = _newest_applied(diagnosis)
    for verdict in diagnosis.files:
        if isinstance(verdict, FilePending):
            yield about_pending(verdict.file, newest, environment, migrate)
        severity = Severity.NOTE if isinstance(verdict, FileApplied) else Severity.WARNING
        yield from find_odd_timestamps(verdict.file, severity, framework)
    yield from find_future_timestamps(diagnosis, tomorrow, framework)


def _newest_applied(diagnosis: Diagnosis) -> VersionKey | None:
    known = [
        row.row.version.key for row in diagnosis.rows if isinstance(row, RowMatched | RowRenamed)
    ]
    return max(known, default=None)
