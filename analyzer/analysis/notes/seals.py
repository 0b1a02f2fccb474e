"""Whether notes hold: a seal covers each, and each names the seal of the one before.

Nothing keeps a table's owner from changing rows; but who changes, drops or brings in a note breaks
the chain, and that is told apart here.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto

from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.version import VersionKey
from analyzer.model.notes.note import COLUMNS, Anchor, Notebook, NoteKind, NotesHome, RunNote
from analyzer.model.words.wording import listed
from analyzer.records import Struct

_BEGINNING = "database "
_SHOWN = 5  # numbers of notes in a line


class FaultKind(Enum):
    """What became of notes."""

    CHANGED = auto()
    LOST = auto()
    FOREIGN = auto()


class Fault(Struct, frozen=True):
    """One reason not to rely on notes, in words: a clause without a full stop."""

    kind: FaultKind
    said: str


class Chain(Struct, frozen=True):
    """The notes that count now, in their order, and what speaks against them.

    A chain that was begun anew stands behind those before it, whose ``earlier`` faults do no harm
    any more.
    """

    notes: tuple[RunNote, ...] = ()
    faults: tuple[Fault, ...] = ()
    earlier: tuple[Fault, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the notes may be taken for evidence."""
        return bool(self.notes) and not self.faults

    @property
    def is_broken(self) -> bool:
        """Whether notes were changed or lost; those of another database are whole."""
        return any(it.kind is not FaultKind.FOREIGN for it in self.faults)


def seal_of(note: RunNote) -> str:
    """The seal that a note must have: a digest of its other fields, each with its length in bytes.

    The server computes the same where a script of ours appends a note.
    """
    values = [getattr(note, name) for name in COLUMNS[:-1]]
    texts = [None if value is None else str(value) for value in values]
    parts = ("-" if it is None else f"{len(_encoded(it))}:{it}" for it in texts)
    return hashlib.sha256(_encoded(",".join(parts))).hexdigest()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # total: a file may hold anything


def read_chain(notebook: Notebook) -> Chain:
    """Tell the notes that count now, and whether they hold."""
    notes = sorted(notebook.notes, key=lambda it: it.number)
    *before, current = _parts(notes) or [[]]
    first = 1
    earlier: list[Fault] = []
    for part in before:
        earlier += _faults(part, first)
        first = part[-1].number + 1
    faults = [*_faults(current, first), *_cut_off(notes, notebook)]
    if current and not _is_ours(current[0], notebook.home):
        said = f"they were begun in another database or for another table: {current[0].previous}"
        faults.append(Fault(FaultKind.FOREIGN, said))
    return Chain(tuple(current), tuple(faults), tuple(earlier))


def latest_notes(chain: Chain, numbering: Numbering) -> Mapping[VersionKey, RunNote]:
    """Of each version that a chain speaks of the last note."""
    told = (note for note in chain.notes if note.kind != NoteKind.BEGUN)
    return {numbering.read(note.version).key: note for note in told}


def _parts(notes: Sequence[RunNote]) -> list[list[RunNote]]:
    """Cut the notes where a chain begins; a first part may have lost its beginning."""
    parts: list[list[RunNote]] = []
    for note in notes:
        if not parts or note.previous.startswith(_BEGINNING):
            parts.append([])
        parts[-1].append(note)
    return parts


def _faults(part: Sequence[RunNote], first: int) -> Iterator[Fault]:
    changed = [note.number for note in part if seal_of(note) != note.seal]
    if changed:
        yield Fault(FaultKind.CHANGED, _rewritten(changed))
    expected, seal = first, None
    for note in part:
        if note.number > expected:
            yield _lost(expected, note.number - 1)
        elif note.number < expected:
            yield Fault(FaultKind.CHANGED, f"note {note.number} is there twice")
        elif seal is not None and note.previous != seal:
            yield Fault(FaultKind.CHANGED, f"note {note.number} does not follow the one before it")
        elif seal is None and not note.previous.startswith(_BEGINNING):
            yield Fault(FaultKind.CHANGED, f"note {note.number} does not say where it was begun")
        expected, seal = note.number + 1, note.seal


def _cut_off(notes: Sequence[RunNote], notebook: Notebook) -> Iterator[Fault]:
    """What is missing at the end, by what stands outside the notes."""
    anchor = notebook.anchor
    if anchor is None:
        return
    last = notes[-1].number if notes else 0
    if last < anchor.count:
        yield _lost(last + 1, anchor.count)
    elif anchor.seal is not None and _is_another(notes, anchor):
        said = f"note {anchor.count} is not the one that {notebook.place} says"
        yield Fault(FaultKind.CHANGED, said)


def _is_another(notes: Sequence[RunNote], anchor: Anchor) -> bool:
    return all(it.seal != anchor.seal for it in notes if it.number == anchor.count)


def _lost(first: int, last: int) -> Fault:
    if first == last:
        return Fault(FaultKind.LOST, f"note {first} is missing")
    return Fault(FaultKind.LOST, f"notes {first} to {last} are missing")


def _rewritten(numbers: Sequence[int]) -> str:
    named = listed([str(it) for it in numbers], _SHOWN)
    if len(numbers) == 1:
        return f"note {named} was changed since it was written"
    return f"notes {named} were changed since they were written"


def _is_ours(first: RunNote, home: NotesHome | None) -> bool:
    """Whether a chain was begun for this table of this database, as far as both are known."""
    if home is None or not first.previous.startswith(_BEGINNING):
        return True
    system, _, rest = first.previous.removeprefix(_BEGINNING).partition(" ")
    oid, _, table = rest.partition(" ")
    pairs = ((system, home.system), (oid, home.oid), (table, home.table))
    return all(
        one == str(other) for one, other in pairs if one != "?" and other not in (None, "", "?")
    )
