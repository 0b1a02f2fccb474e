"""What a report speaks of together: rows and files that diverged in the same way."""

from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FilePending,
    FileRenamed,
    RowAmbiguous,
    RowDeleted,
    RowOrphaned,
    RowReused,
    exchanges,
)
from analyzer.records import Struct


class Groups(Struct, frozen=True):
    """A diagnosis by what happened.

    ``again`` are renamed files that would run once more, ``doubled`` those recorded under both
    versions, ``early`` those renamed before they ever ran here; ``settled`` are rows whose version
    names another migration today, and that are right as they are.
    """

    again: tuple[FileRenamed, ...]
    doubled: tuple[FileRenamed, ...]
    early: tuple[FileRenamed, ...]
    reused: tuple[RowReused, ...]
    deleted: tuple[RowDeleted, ...]
    orphans: tuple[RowOrphaned, ...]
    open: tuple[RowAmbiguous, ...]
    pending: tuple[FilePending, ...]
    settled: tuple[RowReused, ...] = ()

    @property
    def taken_over(self) -> tuple[RowReused, ...]:
        """The reused versions that are told as such: an exchange is told as renames."""
        told = {id(row) for ring in exchanges(self.reused) for row in ring}
        return tuple(row for row in self.reused if id(row) not in told)

    @property
    def diverged(self) -> bool:
        """Whether anything but pending files needs the reader."""
        return bool(
            self.again or self.doubled or self.reused or self.open or self.deleted or self.orphans
        )


def group(diagnosis: Diagnosis, left: frozenset[str] = frozenset()) -> Groups:
    """Sort the verdicts on rows and files by what happened.

    Args: left: rows, by stored text, that are to be left as they are.
    """
    renamed = [file for file in diagnosis.files if isinstance(file, FileRenamed)]
    covered = {it.file.path for it in renamed if it.old_row and it.old_row.version.text in left}
    rows = diagnosis.rows
    reused = [row for row in rows if isinstance(row, RowReused)]
    return Groups(
        again=tuple(
            it for it in renamed if it.old_row and not it.new_row and it.file.path not in covered
        ),
        doubled=tuple(file for file in renamed if file.old_row and file.new_row),
        early=tuple(file for file in renamed if not file.old_row),
        reused=tuple(row for row in reused if row.row.version.text not in left),
        deleted=tuple(row for row in rows if isinstance(row, RowDeleted)),
        orphans=tuple(
            row for row in rows if isinstance(row, RowOrphaned) and row.elsewhere is None
        ),
        open=tuple(row for row in rows if isinstance(row, RowAmbiguous)),
        pending=tuple(file for file in diagnosis.files if isinstance(file, FilePending)),
        settled=tuple(row for row in reused if row.row.version.text in left),
    )
