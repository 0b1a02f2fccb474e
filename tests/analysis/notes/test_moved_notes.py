"""What is known of a row goes with it, forth and back."""

from analyzer.analysis.notes.moved_notes import moved_notes
from analyzer.frameworks.registry import framework
from analyzer.model.core.table_row import TableRow
from analyzer.model.notes.note import NewNote, NoteKind
from analyzer.model.plans.plan import DeleteRow, UpdateRow

NUMBERING = framework("rails").numbering


def note(version: str, kind: str = "witnessed") -> NewNote:
    return NewNote(version, NoteKind(kind), f"{version}_a.rb", version * 4, "c")


def update(old: str, new: str) -> UpdateRow:
    return UpdateRow(TableRow(old), TableRow(new))


def told(notes) -> list[tuple[str, str, str | None]]:
    return [(one.version, str(one.kind), one.path) for one in notes]


def test_a_rewritten_row():
    moved = moved_notes([update("1", "5")], [note("1"), note("2")], NUMBERING)

    assert told(moved.forth) == [("1", "removed", "1_a.rb"), ("5", "witnessed", "1_a.rb")]
    assert told(moved.back) == [("1", "witnessed", "1_a.rb"), ("5", "removed", "1_a.rb")]


def test_an_exchange_that_goes_by_a_third_version():
    steps = [update("1", "tmp"), update("2", "1"), update("tmp", "2")]

    moved = moved_notes(steps, [note("1"), note("2", "adopted")], NUMBERING)

    assert told(moved.forth) == [("1", "adopted", "2_a.rb"), ("2", "witnessed", "1_a.rb")]
    assert told(moved.back) == [("1", "witnessed", "1_a.rb"), ("2", "adopted", "2_a.rb")]


def test_a_row_that_is_removed_comes_back_as_it_was():
    moved = moved_notes([DeleteRow(TableRow("1"))], [note("1")], NUMBERING)

    assert told(moved.forth) == [("1", "removed", "1_a.rb")]
    assert told(moved.back) == [("1", "witnessed", "1_a.rb")]


def test_a_row_that_nobody_noted_is_adopted_under_its_new_version():
    moved = moved_notes([update("1", "5")], [], NUMBERING)

    assert told(moved.forth) == [("5", "adopted", None)]
    assert told(moved.back) == [("5", "removed", None)]
