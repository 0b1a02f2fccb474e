"""Verdicts: every applied row and every migration file gets exactly one."""

from collections.abc import Iterable, Iterator

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.rename import Rename
from analyzer.records import Struct


class SeenFile(Struct, frozen=True):
    """Where a migration that is gone was last seen: the last commit that had it, on which ref."""

    file: MigrationFile
    commit: str  # the last commit that held the file
    removed_by: str | None = (
        None  # the commit that removed it; None where no commit of the target did
    )
    ref: str | None = None  # named where the target's own history does not hold the commit


# Row verdicts


class RowMatched(Struct, frozen=True):
    """The row's version is still carried by the migration that ran."""

    row: AppliedRow
    file: MigrationFile


class RowRenamed(Struct, frozen=True):
    """The migration that ran carries another version now; no file carries the row's."""

    row: AppliedRow
    rename: Rename


class RowReused(Struct, frozen=True):
    """The row's version now names another migration than the one that ran.

    ``rename`` says where the one that ran went, None where it was deleted.
    """

    row: AppliedRow
    ran: MigrationFile
    now: MigrationFile
    rename: Rename | None


class RowDeleted(Struct, frozen=True):
    """The migration that ran is gone from the code."""

    row: AppliedRow
    last_seen: SeenFile


class RowOrphaned(Struct, frozen=True):
    """No history of the folders that were looked at ever held a file for the row.

    ``elsewhere``: a file of its version in another folder of the repository; ``ref`` is None there
    where today's code has that folder, so that it can be looked at together with the others.
    """

    row: AppliedRow
    elsewhere: SeenFile | None = None


class RowDoubled(Struct, frozen=True):
    """The same version as an earlier row, stored a second time."""

    row: AppliedRow
    first: AppliedRow


class RowAmbiguous(Struct, frozen=True):
    """The row could stand for one of several files, and nothing here tells which."""

    row: AppliedRow
    candidates: tuple[Rename, ...]
    why: str


RowVerdict = (
    RowMatched | RowRenamed | RowReused | RowDeleted | RowOrphaned | RowDoubled | RowAmbiguous
)


# File verdicts


class FileApplied(Struct, frozen=True):
    """The file ran under the version it carries."""

    file: MigrationFile
    row: AppliedRow


class FileRenamed(Struct, frozen=True):
    """The file ran here under another version: the next migrate would run it again.

    ``old_row`` is None where it was renamed before it ever ran here;
    ``new_row`` is there where it is recorded under the new version as well.
    """

    file: MigrationFile
    rename: Rename
    old_row: AppliedRow | None
    new_row: AppliedRow | None


class FilePending(Struct, frozen=True):
    """The file never ran here, and its version is free."""

    file: MigrationFile


class FileBlocked(Struct, frozen=True):
    """The file never ran here, but a row with its version, left by ``holder``, hides that.

    ``holder`` is the migration that ran under the version; Rails would pass the file over for ever.
    """

    file: MigrationFile
    row: AppliedRow
    holder: MigrationFile


class FileAmbiguous(Struct, frozen=True):
    """The file may have run under another version, and nothing here tells."""

    file: MigrationFile
    candidates: tuple[Rename, ...]


FileVerdict = FileApplied | FileRenamed | FilePending | FileBlocked | FileAmbiguous


class NameChange(Struct, frozen=True):
    """Same version, same migration, other file name."""

    old: MigrationFile
    new: MigrationFile


class Edit(Struct, frozen=True):
    """Same file name, other content than at the deployed commit.

    ``effects_changed`` is None where it cannot be told. ``sure``: it ran with the old content; else
    it may as well have run with the new one. ``returned`` is of a file that had another name
    meanwhile: ``old`` is its text of before then.
    """

    old: MigrationFile
    new: MigrationFile
    effects_changed: bool | None
    sure: bool = True
    returned: bool = False


class Diagnosis(Struct, frozen=True):
    """What diverged between one environment's rows and the files.

    ``renames`` holds every migration whose version changed since the deployed commit,
    ambiguous candidates included; lists are in version order. ``emptied`` are tables that a second
    run, under the new version, may have made anew.
    """

    rows: tuple[RowVerdict, ...]
    files: tuple[FileVerdict, ...]
    renames: tuple[Rename, ...]
    name_changes: tuple[NameChange, ...]
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    emptied: tuple[str, ...] = ()


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
