"""What the next migrate would do, as far as names and rows tell."""

from collections.abc import Sequence

from analyzer.analysis.file_findings import duplicates
from analyzer.model.migration import FileSet, MigrationFile, WhyIgnored
from analyzer.model.report import Failure, Prediction
from analyzer.model.version_table import AppliedRow


def predict(files: FileSet, rows: Sequence[AppliedRow]) -> Prediction:
    """Say which files the next migrate would run, in order, and what would stop all of them.

    Rails runs every file whose version has no row, lowest version first, whatever ran before.
    """
    stopped = _refusal(files)
    if stopped is not None:
        return Prediction((), stopped, ())
    applied = {row.version.number for row in rows}
    waiting = [file for file in files.files if file.version.number not in applied]
    waiting.sort(key=lambda file: file.version)
    return Prediction(tuple(waiting), None, ())


def _refusal(files: FileSet) -> Failure | None:
    """What makes Rails refuse before the first migration, in the order in which it looks."""
    for ignored in files.ignored:
        if ignored.why is WhyIgnored.ILLEGAL_NAME:
            return Failure(None, f"IllegalMigrationNameError: {ignored.path}")
    for kind, group in duplicates(files.files):
        return Failure(group[-1], _duplicate(kind, group))
    return None


def _duplicate(kind: str, group: Sequence[MigrationFile]) -> str:
    names = " and ".join(file.basename for file in group)
    if kind == "class":
        return f"DuplicateMigrationNameError: {names} share the name {group[0].name.class_name}"
    return f"DuplicateMigrationVersionError: {names} share version {group[0].version.number}"
