"""Notes that keep up with a repair: what is known of a row goes with it to its new version."""

from collections.abc import Iterable, Iterator, Mapping

from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import VersionKey
from analyzer.model.notes.note import NewNote, NoteKind
from analyzer.model.plans.plan import DeleteRow, InsertRow, RowStep, UpdateRow
from analyzer.records import Struct, replace

_Known = dict[VersionKey, NewNote]


class MovedNotes(Struct, frozen=True):
    """What to note when rows are changed, and what when they are changed back."""

    forth: tuple[NewNote, ...] = ()
    back: tuple[NewNote, ...] = ()


def moved_notes(
    steps: Iterable[RowStep], latest: Iterable[NewNote], numbering: Numbering
) -> MovedNotes:
    """Say what steps change in what is noted.

    A row that nobody noted is adopted under its new version, as it did not run as what it is now.

    Args: latest: the last note of each version that ran.
    """
    before: _Known = {numbering.read(note.version).key: note for note in latest}
    after, touched = dict(before), dict[VersionKey, str]()
    for step in steps:
        _carry_out(step, after, touched, numbering)
    return MovedNotes(
        tuple(_changes(touched, before, after)), tuple(_changes(touched, after, before))
    )


def _carry_out(
    step: RowStep, known: _Known, touched: dict[VersionKey, str], numbering: Numbering
) -> None:
    def key_of(row: TableRow) -> VersionKey:
        version = numbering.read(row.version)
        if version.is_valid:  # a row that only makes room has none
            touched.setdefault(version.key, row.version)
        return version.key

    match step:
        case UpdateRow(old, new):
            was = known.pop(key_of(old), NewNote("", NoteKind.ADOPTED))
            known[key_of(new)] = replace(was, version=new.version)
        case DeleteRow(row):
            known.pop(key_of(row), None)
        case InsertRow(row):
            known[key_of(row)] = NewNote(row.version, NoteKind.ADOPTED)


def _changes(touched: Mapping[VersionKey, str], before: _Known, after: _Known) -> Iterator[NewNote]:
    for key in sorted(touched):
        was, now = before.get(key), after.get(key)
        if now is not None and now != was:
            yield now
        elif now is None and was is not None:
            yield replace(was, kind=NoteKind.REMOVED)
