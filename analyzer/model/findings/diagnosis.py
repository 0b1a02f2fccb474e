"""Verdicts: every applied row and every migration file gets exactly one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.rename import Rename


@dataclass(frozen=True, slots=True)
class SeenFile:
    """Where a migration that is gone was last seen: the last commit that had it, on which ref."""

    file: MigrationFile
    commit: str  # the last commit that held the file
    removed_by: str | None = (
        None  # the commit that removed it; None where no commit of the target did
    )
    ref: str | None = None  # named where the target's own history does not hold the commit


# Row verdicts


@dataclass(frozen=True, slots=True)
class RowMatched:
    """The row's version is still carried by the migration that ran."""

    row: AppliedRow
    file: MigrationFile


@dataclass(frozen=True, slots=True)
class RowRenamed:
    """The migration that ran carries another version now; no file carries the row's."""

    row: AppliedRow
    rename: Rename


@dataclass(frozen=True, slots=True)
class RowReused:
    """The row's version now names another migration than the one that ran.

    ``rename`` says where the one that ran went, None where it was deleted.
    """

    row: AppliedRow
    ran: MigrationFile
    now: MigrationFile
    rename: Rename | None


@dataclass(frozen=True, slots=True)
class RowDeleted:
    """The migration that ran is gone from the code."""

    row: AppliedRow
    last_seen: SeenFile


@dataclass(frozen=True, slots=True)
class RowOrphaned:
    """No history of the folders that were looked at ever held a file for the row.

    ``elsewhere``: a file of its version in another folder of the repository; ``ref`` is None there
    where today's code has that folder, so that it can be looked at together with the others.
    """

    row: AppliedRow
    elsewhere: SeenFile | None = None


@dataclass(frozen=True, slots=True)
class RowDoubled:
    """The same version as an earlier row, stored a second time."""

    row: AppliedRow
    first: AppliedRow


@dataclass(frozen=True, slots=True)
class RowAmbiguous:
    """The row could stand for one of several files, and nothing here tells which."""

    row: AppliedRow
    candidates: tuple[Rename, ...]
    why: str


RowVerdict = (
    RowMatched | RowRenamed | RowReused | RowDeleted | RowOrphaned | RowDoubled | RowAmbiguous
)


# File verdicts


@dataclass(frozen=True, slots=True)
class FileApplied:
    """The file ran under the version it carries."""

    file: MigrationFile
    row: AppliedRow


@dataclass(frozen=True, slots=True)
class FileRenamed:
    """The file ran here under another version: the next migrate would run it again.

    ``old_row`` is None where it was renamed before it ever ran here;
    ``new_row`` is there where it is recorded under the new version as well.
    """

    file: MigrationFile
    rename: Rename
    old_row: AppliedRow | None
    new_row: AppliedRow | None


@dataclass(frozen=True, slots=True)
class FilePending:
    """The file never ran here, and its version is free."""

    file: MigrationFile


@dataclass(frozen=True, slots=True)
class FileBlocked:
    """The file never ran here, but a row with its version, left by ``holder``, hides that.

    ``holder`` is the migration that ran under the version; Rails would pass the file over for ever.
    """

    file: MigrationFile
    row: AppliedRow
    holder: MigrationFile


@dataclass(frozen=True, slots=True)
class FileAmbiguous:
    """The file may have run under another version, and nothing here tells."""

    file: MigrationFile
    candidates: tuple[Rename, ...]


FileVerdict = FileApplied | FileRenamed | FilePending | FileBlocked | FileAmbiguous


@dataclass(frozen=True, slots=True)
class NameChange:
    """Same version, same migration, other file name."""

    old: MigrationFile
    new: MigrationFile


@dataclass(frozen=True, slots=True)
class Edit:
    """Same file name, other content than at the deployed commit.

    ``effects_changed`` is None where it cannot be told.
    """

    old: MigrationFile
    new: MigrationFile
    effects_changed: bool | None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What diverged between one environment's rows and the files.

    ``renames`` holds every migration whose version changed since the deployed commit,
    ambiguous candidates included; lists are in version order.
    """

    rows: tuple[RowVerdict, ...]
    files: tuple[FileVerdict, ...]
    renames: tuple[Rename, ...]
    name_changes: tuple[NameChange, ...]
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def exchanges(rows: Iterable[RowVerdict]) -> Iterator[list[RowReused]]:
    """The rings of migrations that ran, each of which has the version of the next today."""
    moved = {
        row.row.version.key: row
        for row in rows
        if isinstance(row, RowReused) and row.rename is not None
    }
    while moved:
        start = next(iter(moved))
        ring, key = [], start
        while (found := moved.pop(key, None)) is not None and found.rename is not None:
            ring.append(found)
            key = found.rename.new.version.key
        if key == start:
            yield ring
