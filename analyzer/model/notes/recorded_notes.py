"""What `migdoctor record` did, for whoever tells it."""

from analyzer.model.notes.note import NewNote
from analyzer.records import Struct


class PlannedNote(Struct, frozen=True):
    """A note that is to be appended, and why it is no more than it is; empty where it is all."""

    note: NewNote
    why: str = ""


class RecordedNotes(Struct, frozen=True):
    """The notes that were appended to a place, and what is to be known of it.

    ``commit`` is what is taken for the deployed one, and ``how`` says why; None where it is not
    known. ``count`` are all notes that are there now.
    """

    place: str
    appended: tuple[PlannedNote, ...]
    count: int
    commit: str | None
    how: str
    remarks: tuple[str, ...] = ()
