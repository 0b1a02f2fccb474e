"""New names for files that go back: first those that ran, then those that must make room."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import FileSet, MigrationFile, named_part, path_under
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileApplied,
    FileBlocked,
    FileRenamed,
    RowRenamed,
    RowReused,
)
from analyzer.model.findings.rename import Confidence, Rename
from analyzer.records import Struct


class Return(Struct, frozen=True):
    """A file and the name it is to have: an earlier one of its own, or the next that is free."""

    file: MigrationFile
    wanted: MigrationFile  # whose base name it gets, but for the version
    version: Version  # as the file name is to write it
    note: str = ""

    @property
    def path(self) -> str:
        """The new path: the wanted name, in the folder where the file is now."""
        named = named_part(self.wanted.path, self.wanted.version)
        wanted = path_under(named, self.wanted.version, self.version)
        above = self.file.path.split("/")[: -named.count("/") - 1]
        return "/".join([*above, wanted])


class Sorting(Struct, frozen=True):
    """Sorts renamed files into those that go back and those that stay."""

    ran: tuple[Rename, ...]  # a row holds the old version
    never_ran: tuple[Rename, ...]
    twice: tuple[FileRenamed, ...]  # a row each for the old and the new version
    settled: tuple[Rename, ...]  # ran under the new name

    def notes(self) -> Iterator[str]:
        """Say why some stay, and what is not put back."""
        for one in self.settled:
            yield f"{one.new.basename} ran under the name it has now, and keeps it"
        for verdict in self.twice:
            old, new = verdict.rename.old, verdict.rename.new
            yield (
                f"{new.basename} is recorded as {old.version} and as {new.version}; it keeps its"
                " name, and `migdoctor rewrite` deletes the old row"
            )
        edited = [one.new.basename for one in self.ran if one.old.blob != one.new.blob]
        if edited:
            yield (
                "edited as well as renamed: it gets its old name, and keeps its current text; "
                f"compare {', '.join(edited)}"
            )


def sort_renames(diagnosis: Diagnosis) -> Sorting:
    """Tell the renames that ran under the old version from those that did not."""
    attested = {
        verdict.rename.new.path: verdict.rename
        for verdict in diagnosis.rows
        if isinstance(verdict, RowRenamed | RowReused) and verdict.rename is not None
    }
    certain = {
        rename.new.path: rename
        for rename in diagnosis.renames
        if rename.confidence is not Confidence.AMBIGUOUS
    }
    twice = {
        verdict.file.path: verdict
        for verdict in diagnosis.files
        if isinstance(verdict, FileRenamed) and verdict.old_row and verdict.new_row
    }
    keeping = {
        verdict.file.path
        for verdict in diagnosis.files
        if isinstance(verdict, FileApplied)
        or (isinstance(verdict, FileRenamed) and verdict.new_row)
    }
    return Sorting(
        tuple(one for path, one in attested.items() if path not in keeping),
        tuple(one for path, one in certain.items() if path not in keeping | attested.keys()),
        tuple(twice.values()),
        tuple(one for path, one in certain.items() if path in keeping - twice.keys()),
    )


def hand_out_names(
    sorting: Sorting, diagnosis: Diagnosis, files: FileSet, numbering: Numbering
) -> tuple[Return, ...]:
    """Hand out the old versions, then the next free ones to those who cannot have theirs.

    In version order. A version is free if no file will carry it and no row has it.
    """
    returns = [Return(one.new, one.old, one.old.version) for one in sorting.ran]
    claimed = {one.wanted.version.key for one in returns}
    staying = _staying(sorting, files)
    taken = claimed | {file.version.key for file in staying}
    taken |= {verdict.row.version.key for verdict in diagnosis.rows}
    displaced = [(file, file) for file in staying if file.version.key in claimed]
    for rename in sorted(sorting.never_ran, key=lambda one: (one.old.version, one.new.path)):
        if rename.old.version.key in taken:
            displaced.append((rename.new, rename.old))
        else:
            taken.add(rename.old.version.key)
            returns.append(_still_to_run(rename))
    holders = _holders(diagnosis, staying, returns)
    for file, wanted in sorted(displaced, key=lambda pair: (pair[1].version, pair[0].path)):
        version = numbering.next_free(wanted.version, taken)
        taken.add(version.key)
        note = _note_on_displaced(file, wanted, version, holders[wanted.version.key])
        returns.append(Return(file, wanted, version, note))
    return tuple(sorted(returns, key=lambda one: (one.version, one.path)))


def notes_on_hidden(diagnosis: Diagnosis, freed: Collection[VersionKey]) -> Iterator[str]:
    """Tell of files that a row still hides when the versions ``freed`` have their files again."""
    for verdict in diagnosis.files:
        if isinstance(verdict, FileBlocked) and verdict.row.version.key not in freed:
            yield (
                f"{verdict.file.basename} never ran, and the row {verdict.row.version} of"
                f" {verdict.holder.basename} hides it: if it is to run, give it a version that"
                " is free"
            )


def _staying(sorting: Sorting, files: FileSet) -> list[MigrationFile]:
    leaving = {one.new.path for one in (*sorting.ran, *sorting.never_ran)}
    return [file for file in files.files if file.path not in leaving]


def _still_to_run(rename: Rename) -> Return:
    note = f"{rename.new.basename} never ran here: it gets its old name, and is still pending"
    return Return(rename.new, rename.old, rename.old.version, note)


def _holders(
    diagnosis: Diagnosis, staying: Iterable[MigrationFile], returns: Iterable[Return]
) -> Mapping[VersionKey, str]:
    """By version, the file that will carry it, or the row that has it."""
    rows = {one.row.version.key: "a row whose file is gone" for one in diagnosis.rows}
    files = {file.version.key: file.basename for file in staying}
    return rows | files | {one.version.key: one.wanted.basename for one in returns}


def _note_on_displaced(
    file: MigrationFile, wanted: MigrationFile, version: Version, holder: str
) -> str:
    owned = f"version {wanted.version} belongs to {holder}"
    if file is wanted:
        return f"{file.basename} never ran here, and {owned}: it gives that up and gets {version}"
    return (
        f"{file.basename} never ran here, and its old {owned}: it gets {version}, the next that"
        " is free"
    )
