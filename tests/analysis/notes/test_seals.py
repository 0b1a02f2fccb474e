"""Whether notes hold: each kind of damage is told apart, and none is told where there is none."""

import pytest

from analyzer.analysis.notes.seals import FaultKind, read_chain, seal_of
from analyzer.model.notes.note import Anchor, Notebook, NotesHome, RunNote
from analyzer.records import replace

HOME = NotesHome("public.schema_migrations", "7", 16384)
MOMENT = "2026-01-02T03:04:05.000006Z"


def chain(count: int, *, first: int = 1, home: NotesHome = HOME) -> list[RunNote]:
    notes: list[RunNote] = []
    for number in range(first, first + count):
        previous = notes[-1].seal if notes else home.beginning
        path, digest = f"db/{number}_ü.rb", "0" * 64
        about = (number, f"{number}", path, digest, None, "witnessed", MOMENT, "me")
        bare = RunNote(*about, previous, "")
        notes.append(replace(bare, seal=seal_of(bare)))
    return notes


def book(notes: list[RunNote], *, home: NotesHome | None = HOME, count: int = 0) -> Notebook:
    last = notes[-1] if notes else None
    anchor = Anchor(count or (last.number if last else 0), last.seal if last else "x")
    return Notebook("here", tuple(notes), home, anchor)


def kinds(notebook: Notebook) -> list[FaultKind]:
    return [fault.kind for fault in read_chain(notebook).faults]


@pytest.mark.parametrize("count", [1, 2, 9])
def test_whole_notes_hold(count):
    assert kinds(book(chain(count))) == []
    assert read_chain(book(chain(count))).holds


def test_no_notes_are_no_evidence_and_no_fault():
    found = read_chain(Notebook("here", home=HOME))

    assert (found.holds, found.is_broken) == (False, False)


@pytest.mark.parametrize("field", ["version", "path", "sha256", "kind", "recorded_by", "previous"])
def test_a_changed_field_shows(field):
    notes = chain(3)
    notes[1] = replace(notes[1], **{field: "other"})

    assert FaultKind.CHANGED in kinds(book(notes))


def test_a_field_cannot_lend_text_to_its_neighbour():
    (note,) = chain(1)
    moved = replace(note, version=note.version + "x", path=(note.path or "")[1:])

    assert seal_of(moved) != seal_of(note)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_lost_note_is_missed(gone):
    notes = chain(3)
    left = [note for note in notes if note is not notes[gone]]
    anchor = Anchor(3, notes[2].seal)

    found = read_chain(Notebook("here", tuple(left), HOME, anchor))

    assert FaultKind.LOST in [fault.kind for fault in found.faults]
    assert f"note {gone + 1} is missing" in "; ".join(fault.said for fault in found.faults)


@pytest.mark.parametrize(
    "other",
    [
        NotesHome("public.schema_migrations", "8", 16384),
        NotesHome("public.schema_migrations", "7", 16385),
        NotesHome("tenant.schema_migrations", "7", 16384),
    ],
)
def test_notes_of_another_database_are_foreign_and_not_broken(other):
    found = read_chain(book(chain(2), home=other))

    assert [fault.kind for fault in found.faults] == [FaultKind.FOREIGN]
    assert not found.is_broken


def test_what_is_not_known_of_a_database_is_no_difference():
    unknown = NotesHome("public.schema_migrations", None, 16384)

    assert kinds(book(chain(2), home=unknown)) == []
    assert kinds(book(chain(2), home=None)) == []
    assert kinds(book(chain(2, home=unknown))) == []


def test_a_chain_that_was_begun_anew_counts_alone():
    old = chain(3)
    old[1] = replace(old[1], path="other")
    new = chain(2, first=4)

    found = read_chain(book([*old, *new]))

    assert found.holds
    assert [note.number for note in found.notes] == [4, 5]
    assert [fault.kind for fault in found.earlier] == [FaultKind.CHANGED]
