"""What notes come to: the last word on each version, or why they are no evidence."""

from collections.abc import Iterable

from analyzer.analysis.notes.seals import Fault, FaultKind, latest_notes, read_chain
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.notes.note import NewNote, Notebook, NoteKind, RunNote
from analyzer.model.notes.note_state import NoteState

_COUNT = (NoteKind.ADOPTED, NoteKind.WITNESSED)


def state_of(notebook: Notebook, numbering: Numbering) -> NoteState:
    """Tell what the notes in one place come to."""
    if notebook.trouble:
        return NoteState(faults=(notebook.trouble,))
    chain = read_chain(notebook)
    if chain.faults:
        return NoteState(faults=tuple(map(_told, chain.faults)))
    return NoteState(tuple(notes_of_rows(latest_notes(chain, numbering).values())))


def notes_of_rows(latest: Iterable[RunNote]) -> Iterable[NewNote]:
    """What is noted of rows that should be there, without who noted it and when."""
    return (
        NewNote(it.version, NoteKind(it.kind), it.path, it.sha256, it.commit_id)
        for it in latest
        if it.kind in _COUNT
    )


def _told(fault: Fault) -> str:
    """Name a fault; notes of a whole database that was copied name a table each."""
    return fault.kind.name if fault.kind is FaultKind.FOREIGN else fault.said
