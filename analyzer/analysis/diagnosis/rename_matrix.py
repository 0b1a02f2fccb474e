"""The matrix: which environment records which renamed migration, and under which version."""

from collections.abc import Iterable, Mapping

from analyzer.model.core.version import VersionKey
from analyzer.model.findings.across import RecordedName, RenameAcross
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileAmbiguous,
    FileApplied,
    FileRenamed,
    FileVerdict,
    RowAmbiguous,
    RowDeleted,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
)
from analyzer.model.findings.rename import Confidence, Rename

_SURE = (Confidence.CERTAIN, Confidence.PROBABLE, Confidence.AMBIGUOUS)


def build_matrix(
    diagnoses: Mapping[str, Diagnosis], names: Iterable[str] | None = None
) -> tuple[RenameAcross, ...]:
    """Say of every rename that any environment shows how each of them stands to it.

    What one environment says does not depend on the others, nor on their order: a rename is told
    in the words of the environment that is surest of it.

    Args:
        diagnoses: by environment.
        names: of all environments in the order of the report, where some could not be read; of
            these nothing is known.
    """
    known = {name: _View(diagnosis) for name, diagnosis in diagnoses.items()}
    views = {name: known.get(name) for name in (diagnoses if names is None else names)}
    chosen: dict[tuple[str, str], Rename] = {}
    for diagnosis in diagnoses.values():
        for rename in diagnosis.renames:
            pair = rename.old.path, rename.new.path
            chosen[pair] = min((rename, chosen.get(pair, rename)), key=_sureness)
    return tuple(
        RenameAcross(
            rename,
            tuple(
                (name, view.presence(rename) if view is not None else RecordedName.UNKNOWN)
                for name, view in views.items()
            ),
        )
        for rename in sorted(chosen.values(), key=_in_order)
    )


class _View:
    """One environment's verdicts, by what they are about."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self._files = {verdict.file.path: verdict for verdict in diagnosis.files}
        self._open = {
            (rename.old.path, rename.new.path)
            for rename in diagnosis.renames
            if rename.confidence is Confidence.AMBIGUOUS
        }
        self._rows: dict[VersionKey, list[RowVerdict]] = {}
        for row in diagnosis.rows:
            self._rows.setdefault(row.row.version.key, []).append(row)

    def presence(self, rename: Rename) -> RecordedName:
        """How the environment stands to a rename."""
        verdict = self._files.get(rename.new.path)
        if (rename.old.path, rename.new.path) in self._open or isinstance(verdict, FileAmbiguous):
            return RecordedName.UNKNOWN
        rows = self._rows.get(rename.old.version.key, ())
        if any(isinstance(row, RowAmbiguous) for row in rows):
            return RecordedName.UNKNOWN
        new = _has_new(verdict)
        old = _is_old(verdict, rename) or any(_is_its_row(row, rename) for row in rows)
        if not (old or new) and any(_is_nobodys(row) for row in rows):
            return RecordedName.UNKNOWN
        if old:
            return RecordedName.BOTH if new else RecordedName.OLD
        return RecordedName.NEW if new else RecordedName.NONE


def _has_new(verdict: FileVerdict | None) -> bool:
    """Whether a row with the new version is this migration's."""
    if isinstance(verdict, FileRenamed):
        return verdict.new_row is not None
    return isinstance(verdict, FileApplied)


def _is_old(verdict: FileVerdict | None, rename: Rename) -> bool:
    """Whether the file is known to have run under the old version."""
    return (
        isinstance(verdict, FileRenamed)
        and verdict.old_row is not None
        and verdict.rename.old.version == rename.old.version
    )


def _is_its_row(row: RowVerdict, rename: Rename) -> bool:
    """Whether a row with the old version is this migration's, in other words than the file's."""
    match row:
        case RowRenamed():
            return row.rename.new.path == rename.new.path
        case RowReused():
            return row.rename is not None and row.rename.new.path == rename.new.path
        case RowDeleted():
            return row.last_seen.file.path == rename.old.path
        case _:
            return False


def _is_nobodys(row: RowVerdict) -> bool:
    """Whether a row may be anybody's, for no history knows it."""
    return isinstance(row, RowOrphaned)


def _sureness(rename: Rename) -> tuple[int, int, int, str]:
    """The surest first; of equals always the same one."""
    return _SURE.index(rename.confidence), -rename.similarity, -len(rename.evidence), repr(rename)


def _in_order(rename: Rename) -> tuple[VersionKey, str, VersionKey, str]:
    old, new = rename.old, rename.new
    return new.version.key, new.path, old.version.key, old.path


def names_with_new(matrix: Iterable[RenameAcross]) -> tuple[str, ...]:
    """The environments that ran some migration under its new name, each once."""
    found = (
        name for it in matrix for name in it.environments_with(RecordedName.NEW, RecordedName.BOTH)
    )
    return tuple(dict.fromkeys(found))
