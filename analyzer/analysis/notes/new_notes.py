"""What is to be noted next: what the rows say that no note says yet."""

from collections.abc import Mapping, Sequence

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.notes.note import NewNote, NoteKind, RunNote
from analyzer.model.notes.recorded_notes import PlannedNote
from analyzer.records import Struct, field

FIRST = "its row was there before the first note"


class CodeThatRan(Struct, frozen=True):
    """The code that is taken for what ran.

    ``commit`` is None where it is not known, and ``unknown`` then says why. ``digests`` are the
    SHA-256 of the files' contents, by path. ``doubtful`` says of versions why their file may be
    another one than ran.
    """

    files: Sequence[MigrationFile]
    digests: Mapping[str, str]
    commit: str | None
    unknown: str = ""
    doubtful: Mapping[VersionKey, str] = field(default_factory=dict)


def plan_notes(
    rows: Sequence[Version],
    noted: Mapping[VersionKey, RunNote] | None,
    code: CodeThatRan,
) -> tuple[PlannedNote, ...]:
    """Say what to note, in the order of the versions; what is gone comes first.

    Args:
        rows: the versions in the table.
        noted: the last note of each version; None where nothing was ever noted.
        code: what is taken for the code that ran.
    """
    there = {row.key: row for row in sorted(rows)[::-1] if row.is_valid}
    carriers = _Carriers(code)
    if noted is None:
        first = [PlannedNote(carriers.adopted(there[key]), FIRST) for key in sorted(there)]
        return tuple(first) or (PlannedNote(NewNote("", NoteKind.BEGUN, None, None, code.commit)),)
    known = {key: note for key, note in noted.items() if note.kind != NoteKind.REMOVED}
    gone = [known[key] for key in sorted(known.keys() - there.keys())]
    new = [there[key] for key in sorted(there.keys() - known.keys())]
    return (
        *(PlannedNote(_removed(note), "its row is gone") for note in gone),
        *(carriers.appeared(row, gone) for row in new),
    )


def _removed(note: RunNote) -> NewNote:
    return NewNote(note.version, NoteKind.REMOVED, note.path, note.sha256, note.commit_id)


class _Carriers:
    """The files of the code, by their versions."""

    def __init__(self, code: CodeThatRan) -> None:
        self.code = code
        self._files: dict[VersionKey, list[MigrationFile]] = {}
        for file in code.files:
            self._files.setdefault(file.version.key, []).append(file)

    def adopted(self, row: Version) -> NewNote:
        """A note that is no evidence; the file is told where there is just one."""
        return self._note(row, NoteKind.ADOPTED)

    def appeared(self, row: Version, gone: Sequence[RunNote]) -> PlannedNote:
        """A row that was not there at the last note: witnessed, unless something speaks against."""
        why = self._doubt(row, gone)
        if why:
            return PlannedNote(self._note(row, NoteKind.ADOPTED), why)
        return PlannedNote(self._note(row, NoteKind.WITNESSED))

    def _note(self, row: Version, kind: NoteKind) -> NewNote:
        files = self._files.get(row.key, [])
        if len(files) != 1:
            return NewNote(row.text, kind, None, None, self.code.commit)
        path = files[0].path
        shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return NewNote(row.text, kind, shown, self.code.digests[path], self.code.commit)

    def _doubt(self, row: Version, gone: Sequence[RunNote]) -> str:
        """Why nobody can say what ran under a row that appeared; empty where it is known."""
        if self.code.commit is None:
            return self.code.unknown
        files = self._files.get(row.key, [])
        if not files:
            return f"no file of its version is at {self.code.commit[:12]}"
        if files[1:]:
            names = " and ".join(file.basename for file in files)
            return f"{names} share its version"
        if row.key in self.code.doubtful:
            return self.code.doubtful[row.key]
        file, digest = files[0], self.code.digests[files[0].path]
        was = next((it for it in gone if _is_same(it, file, digest)), None)
        if was is not None:
            return f"it may be the row {was.version} with another number: that one is gone"
        return ""


def _is_same(note: RunNote, file: MigrationFile, digest: str) -> bool:
    """Whether a row that is gone was for the same migration, so that it may have been rewritten."""
    named = (note.path or "").rpartition("/")[2]
    return note.sha256 == digest or (bool(named) and _slug(named) == _slug(file.basename))


def _slug(basename: str) -> str:
    return basename.lstrip("0123456789").lstrip("_")
