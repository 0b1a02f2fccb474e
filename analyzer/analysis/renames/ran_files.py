"""The file that ran under each row, with its text of that time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    RowAmbiguous,
    RowDeleted,
    RowDoubled,
    RowMatched,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
    SeenFile,
)

if TYPE_CHECKING:
    from analyzer.model.core.version import Version, VersionKey


def ran_files(
    diagnosis: Diagnosis, then: Sequence[SeenFile]
) -> Iterator[tuple[AppliedRow, MigrationFile | None]]:
    """Name for each row, in version order and each version once, the file that ran.

    Returns: None where it is not known which file it was.
    """
    by_number: dict[VersionKey, list[MigrationFile]] = {}
    for last_seen in then:
        by_number.setdefault(last_seen.file.version.key, []).append(last_seen.file)
    for verdict in sorted(diagnosis.rows, key=_place):
        if not isinstance(verdict, RowDoubled):
            candidates = by_number.get(verdict.row.version.key, [])
            yield verdict.row, _text(verdict, candidates)


def _place(verdict: RowVerdict) -> "Version":
    """Where a row stands: where files say whom they come after, they know it, and rows do not."""
    match verdict:
        case RowMatched(_, file):
            return file.version
        case RowDeleted(_, last_seen):
            return last_seen.file.version
        case RowRenamed(row, rename):
            from analyzer.frameworks.revision_graph import Ranked

            return rename.new.version if isinstance(rename.new.version.key, Ranked) else row.version
        case _:
            return verdict.row.version


def _text(verdict: RowVerdict, candidates: Sequence[MigrationFile]) -> MigrationFile | None:
    match verdict:
        case RowMatched(_, file):
            return _as_it_was(file, candidates)
        case RowRenamed(_, rename):
            return rename.old
        case RowReused(_, ran):
            return ran
        case RowDeleted(_, last_seen):
            return last_seen.file
        case RowAmbiguous(_, renames):
            olds = {rename.old.path: rename.old for rename in renames if not rename.supposed}
            return next(iter(olds.values())) if len(olds) == 1 else None
        case RowOrphaned() | RowDoubled():
            return None
        case _:
            assert_never(verdict)


def _as_it_was(file: MigrationFile, candidates: Sequence[MigrationFile]) -> MigrationFile:
    if len(candidates) == 1:
        return candidates[0]
    same = (it for it in candidates if it.path == file.path or it.name.slug == file.name.slug)
    return next(same, file)
