"""What the notes beside a version table come to: who noted it, and when, does not count."""

from analyzer.model.notes.note import NewNote, NoteKind
from analyzer.records import Struct


class NoteState(Struct, frozen=True):
    """What is noted of the rows of one version table by now.

    ``latest`` is the last note of each version that ran, in the order of the notes; empty where the
    notes are no evidence. ``faults`` then says why, so that tables of one fault have equal texts.
    """

    latest: tuple[NewNote, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def evidence(self) -> frozenset[NewNote | str]:
        """What a diagnosis depends on: of a row that was adopted, its version alone."""
        return frozenset((*self.faults, *map(_evident, self.latest)))


def _evident(note: NewNote) -> NewNote:
    return note if note.kind is NoteKind.WITNESSED else NewNote(note.version, note.kind)
