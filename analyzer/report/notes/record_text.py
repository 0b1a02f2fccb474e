"""What `migdoctor record` noted, for people."""

from collections.abc import Iterator, Sequence

from analyzer.model.notes.note import NoteKind
from analyzer.model.notes.recorded_notes import PlannedNote, RecordedNotes
from analyzer.model.words.wording import count


def render(recorded: RecordedNotes) -> str:
    """Say what was noted as what, and why."""
    return "\n".join(_lines(recorded)) + "\n"


def _lines(recorded: RecordedNotes) -> Iterator[str]:
    about = [it for it in recorded.appended if it.note.kind is not NoteKind.BEGUN]
    if not recorded.appended:
        yield f"Nothing new to note: {recorded.place} has {count(recorded.count, 'note')}."
    elif not about:
        yield f"Begun in {recorded.place}: no version is applied yet; all future ones will be seen."
    else:
        yield f"Noted {count(len(about), 'version')} in {recorded.place}:"
    yield from note_lines(about)
    if any(it.note.kind is NoteKind.WITNESSED for it in about):
        yield f"The commit that ran is {(recorded.commit or '')[:12]}, {recorded.how}."
    yield from (f"note: {remark}" for remark in recorded.remarks)


def note_lines(about: Sequence[PlannedNote]) -> Iterator[str]:
    """A line for each note; a reason that all of them share is said once, at the end."""
    width = max((len(it.note.version) for it in about), default=0)
    reasons = {it.why for it in about}
    shared = next(iter(reasons)) if len(about) > 1 and len(reasons) == 1 else None
    yield from (f"  {_line(it, width, with_why=not shared)}" for it in about)
    if shared:
        yield f"  All of them: {shared}."


def _line(planned: PlannedNote, width: int, *, with_why: bool) -> str:
    note = planned.note
    file = (note.path or "no file").rpartition("/")[2]
    why = f": {planned.why}" if planned.why and with_why else ""
    return f"{note.kind:<9}  {note.version:<{width}}  {file}{why}"
