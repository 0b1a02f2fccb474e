"""What rewriting rows cannot mend alone: files that need a version of their own beside it.

A row that stays may hide a file that never ran, and two files may share a version, with which no
migrate starts at all. Such a file gets the next free version; one that ran never moves here.
"""

from collections.abc import Iterable, Iterator

from analyzer.analysis.file_findings import duplicates
from analyzer.analysis.old_names import next_free
from analyzer.analysis.ordering import in_safe_order
from analyzer.model.diagnosis import (
    Diagnosis,
    FileApplied,
    FileBlocked,
    FilePending,
    FileRenamed,
    FileVerdict,
)
from analyzer.model.migration import FileSet, MigrationFile
from analyzer.model.plan import FilePlan, MoveFile, Refusal, RowPlan


def plan_room(diagnosis: Diagnosis, rows: RowPlan, files: FileSet) -> FilePlan | Refusal:
    """Give the files that a rewrite leaves hidden, or in each other's way, versions that are free.

    Args:
        diagnosis: what is wrong now.
        rows: the rewrite, which goes together with this plan.
        files: the files as they are now.

    Returns: moves within the files' folders, an empty plan where none is needed; a refusal where
        two files that both ran share a version, or a class.
    """
    never_ran = {one.file.path for one in diagnosis.files if _never_ran(one)}
    refusal = _refuse_unmendable(files, never_ran)
    if refusal is not None:
        return refusal
    taken = {file.version.number for file in files.files} | _numbers(rows.before, diagnosis)
    held = _held(rows, diagnosis)
    taken |= held
    targets, notes = dict[str, str](), list[str]()
    for file, why in _in_the_way(files, never_ran, held):
        version = next_free(file, taken)
        taken.add(int(version))
        targets[file.path] = _renumbered(file, version)
        notes.append(f"{file.basename} never ran, and {why}: it gets {version}, the next free one")
    moves = tuple(MoveFile(source, target) for source, target in in_safe_order(targets))
    return FilePlan(moves, moves, tuple(notes))


def _never_ran(verdict: FileVerdict) -> bool:
    match verdict:
        case FilePending() | FileBlocked():
            return True
        case FileRenamed(old_row=old_row, new_row=new_row):
            return old_row is None and new_row is None
        case _:
            return False


def _numbers(texts: Iterable[str], diagnosis: Diagnosis) -> set[int]:
    """The versions of stored texts that the diagnosis knows."""
    known = {row.row.version.text: row.row.version.number for row in diagnosis.rows}
    return {known[text] for text in texts if text in known}


def _held(rows: RowPlan, diagnosis: Diagnosis) -> set[int]:
    """The versions that have a row once the rewrite is done."""
    new = {
        one.file.version.number
        for one in diagnosis.files
        if isinstance(one, FileApplied | FileRenamed) and not _never_ran(one)
    }
    after = {*rows.after}
    return _numbers(after, diagnosis) | {number for number in new if str(number) in after}


def _in_the_way(
    files: FileSet, never_ran: set[str], held: set[int]
) -> Iterator[tuple[MigrationFile, str]]:
    """Name the files that must move, in version order, and why."""
    seen: set[int] = {file.version.number for file in files.files if file.path not in never_ran}
    for file in sorted(files.files, key=lambda one: (one.version, one.path)):
        number = file.version.number
        if file.path not in never_ran:
            continue
        if number in seen:
            yield file, f"{number} is another file's version too"
        elif number in held:
            yield file, f"the row {number} of another migration hides it"
        seen.add(number)


def _refuse_unmendable(files: FileSet, never_ran: set[str]) -> Refusal | None:
    for kind, group in duplicates(files.files):
        names = " and ".join(file.basename for file in group)
        if kind == "class":
            return Refusal(
                f"{names} share the class {group[0].name.class_name}, so no migrate starts,"
                " whatever their versions are",
                ("rename the class and the file of the one that never ran, or remove it",),
            )
        if sum(file.path not in never_ran for file in group) > 1:
            return Refusal(
                f"{names} share a version and both ran, so neither may get another number unseen",
                ("give one of them its own version, then run this again",),
            )
    return None


def _renumbered(file: MigrationFile, version: str) -> str:
    rest = file.basename[len(file.version.text) :]
    return f"{file.folder}/{version}{rest}".removeprefix("/")
