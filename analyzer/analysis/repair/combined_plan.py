"""What neither rows nor files repair alone: rows that hide a new file, files that share a version.

A row whose migration is deleted may hide a file that took its version and never ran: the row goes.
Its file stays as it is, as it may have run elsewhere under that very version. Two files that share
a version keep every migrate from starting: the one that never ran gets the next free version.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from analyzer.analysis.repair.row_plan import rows_after
from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.frameworks.ports.preconditions import Conflict
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileBlocked,
    FilePending,
    FileRenamed,
    FileVerdict,
    RowReused,
)
from analyzer.model.plans.plan import DeleteRow, FilePlan, MoveFile, Refusal, RowPlan
from analyzer.records import Struct, replace

NONE_LEFT: Mapping[str, str] = MappingProxyType({})


class CombinedPlan(Struct, frozen=True):
    """A rewrite and the moves that belong to it; ``more`` says that it goes beyond the rewrite."""

    rows: RowPlan
    files: FilePlan
    more: bool


def plan_combined(
    diagnosis: Diagnosis,
    rows: RowPlan,
    files: FileSet,
    framework: Framework,
    left: Mapping[str, str] = NONE_LEFT,
) -> CombinedPlan | Refusal:
    """Extend a rewrite by what it leaves behind.

    Args:
        diagnosis: what is wrong now.
        rows: the rewrite.
        files: the files as they are now.
        framework: whose files and rows they are.
        left: rows, by stored text, that must hide their file as before, and why.

    Returns: the rewrite itself where it leaves nothing behind; a refusal where two files that both
        ran share a version, or two files a class.
    """
    conflicts = framework.preconditions.conflicts(files.files)
    never_ran = {one.file.path for one in diagnosis.files if _never_ran(one)}
    moved_here = {one.file.path for one in diagnosis.files if isinstance(one, FileRenamed)}
    refusal = _refuse_unmendable(conflicts, never_ran, moved_here - never_ran)
    if refusal is not None:
        return refusal
    room = _make_room(diagnosis, files, never_ran, framework.numbering)
    from analyzer.analysis.repair.ways_back import with_ways_back

    moves = with_ways_back(room, files, framework.files)
    if isinstance(moves, Refusal):
        return moves
    whole = rows if framework.store.heads else _uncover(diagnosis, rows, left)
    return CombinedPlan(whole, moves, more=whole.steps != rows.steps or bool(moves.steps))


def _never_ran(verdict: FileVerdict) -> bool:
    match verdict:
        case FilePending() | FileBlocked():
            return True
        case FileRenamed(old_row=old_row, new_row=new_row):
            return old_row is None and new_row is None
        case _:
            return False


def _refuse_unmendable(
    conflicts: Iterable[Conflict], never_ran: set[str], moved_here: set[str]
) -> Refusal | None:
    for kind, group in conflicts:
        names = " and ".join(file.basename for file in group)
        if kind == "class":
            return Refusal(
                f"{names} share the class {group[0].name.class_name}, so no migrate starts,"
                " whatever their versions are",
                ("rename the class and the file of the one that never ran, or remove it",),
            )
        if sum(file.path not in never_ran for file in group) > 1:
            return Refusal(
                f"{names} share a version and both ran, so neither may be renumbered automatically",
                ("give one of them its own version, then run this again",),
            )
        if any(file.path in moved_here for file in group):
            return Refusal(
                f"{names} share a version, and the one that ran did so under another: if its row "
                "followed, nobody could tell later which of them it stands for",
                ("migdoctor rename-back",),
            )
    return None


def hiding_rows(diagnosis: Diagnosis) -> list[RowReused]:
    """The rows of deleted migrations that hide a file which never ran."""
    never_ran = {one.file.path for one in diagnosis.files if _never_ran(one)}
    return [
        verdict
        for verdict in diagnosis.rows
        if isinstance(verdict, RowReused)
        and verdict.rename is None
        and verdict.now.path in never_ran
    ]


def _uncover(diagnosis: Diagnosis, rows: RowPlan, left: Mapping[str, str]) -> RowPlan:
    """Remove the rows of deleted migrations that hide a file, unless they are to be left."""
    found = [row for row in hiding_rows(diagnosis) if row.row.whole.text in rows.after]
    hiding = [row for row in found if row.row.version.text not in left]
    rows = with_reasons(rows, left)
    if not hiding:
        return rows
    steps = (*(DeleteRow(verdict.row.whole) for verdict in hiding), *rows.steps)
    after = tuple(rows_after(rows.before, steps))
    notes = (
        f"{one.ran.basename}, which ran as {one.row.version}, is deleted: its row goes, so that"
        f" {one.now.basename} can run; if anybody restores the deleted one, it needs another "
        "version"
        for one in hiding
    )
    gone = {verdict.row.version.text for verdict in hiding}
    stays = tuple(note for note in rows.notes if not _speaks_of(note, gone))
    names = tuple(pair for pair in rows.names_after if pair[0] in after)
    return replace(rows, steps=steps, after=after, notes=(*stays, *notes), names_after=names)


def with_reasons(rows: RowPlan, left: Mapping[str, str]) -> RowPlan:
    """Say of rows that hide a file, and are left, why that is right, not how to let it run."""
    told = [note for note in rows.notes if not _speaks_of(note, set(left))]
    if len(told) == len(rows.notes):
        return rows
    why = (f"row {row} is left alone: without it, {fault}" for row, fault in left.items())
    return replace(rows, notes=(*told, *why))


def _speaks_of(note: str, rows: set[str]) -> bool:
    """Whether a note says that one of the rows is left alone, which holds no longer."""
    return any(note.startswith(f"row {row} is left alone") for row in rows)


def _make_room(
    diagnosis: Diagnosis, files: FileSet, never_ran: set[str], numbering: Numbering
) -> FilePlan:
    """Give each further file of a shared version one that no file and no row has."""
    taken = {file.version.key for file in files.files}
    taken |= {verdict.row.version.key for verdict in diagnosis.rows}
    moves, notes = list[MoveFile](), list[str]()
    contents: dict[str, str] = {}
    for file in _in_the_way(files, never_ran):
        version = numbering.next_free(file.version, taken)
        taken.add(version.key)
        moves.append(MoveFile(file.path, file.path_under(version)))
        contents[file.path] = file.blob
        notes.append(
            f"{file.basename} never ran, and {file.version} is another file's version too: it gets"
            f" {version}, the next that is free"
        )
    before = tuple((move.source, contents[move.source]) for move in moves)
    after = tuple((move.target, contents[move.source]) for move in moves)
    return FilePlan(tuple(moves), tuple(moves), tuple(notes), before, after)


def _in_the_way(files: FileSet, never_ran: set[str]) -> Iterator[MigrationFile]:
    """Name the files that must move: all of a version but the one that ran, or else the first."""
    seen = {file.version.key for file in files.files if file.path not in never_ran}
    for file in sorted(files.files, key=lambda one: (one.version, one.path)):
        if file.path in never_ran:
            if file.version.key in seen:
                yield file
            seen.add(file.version.key)
