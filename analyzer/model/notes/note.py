"""Notes of what ran, as `migdoctor record` writes them: a chain in which a later change shows."""

from enum import StrEnum

from analyzer.records import Struct

COLUMNS = (
    "number",
    "version",
    "path",
    "sha256",
    "commit_id",
    "kind",
    "recorded_at",
    "recorded_by",
    "previous",
    "seal",
)
"""What a note holds, in the order of the table's columns."""


class NoteKind(StrEnum):
    """How much a note is worth."""

    BEGUN = "begun"  # no row was there yet: whatever comes later is new; it is about no version
    ADOPTED = "adopted"  # a row whose run nobody saw: its file and digest are no evidence
    WITNESSED = "witnessed"  # a row that appeared since the last note, with the text that ran
    REMOVED = "removed"  # the row is gone


class NewNote(Struct, frozen=True):
    """What a note is to say. ``path`` is from the repository's root, as it was at ``commit_id``.

    ``version`` is as the version table stores it; empty where the note is about none. ``sha256``
    is of the file's content, in hexadecimal digits. What is not known is None.
    """

    version: str
    kind: NoteKind
    path: str | None = None
    sha256: str | None = None
    commit_id: str | None = None


class MadeNotes(Struct, frozen=True):
    """Notes that a repair appends with its rows; ``by`` says of the repair what they tell."""

    notes: tuple[NewNote, ...]
    by: str


class RunNote(Struct, frozen=True):
    """A note as it is kept; ``kind`` is as it stands there, which may be no `NoteKind`.

    ``recorded_at`` is ISO 8601 with microseconds, UTC. ``previous`` is the seal of the note before,
    and of the first one of a chain what the chain is about (`NotesHome.beginning`). ``seal`` is a
    digest of all other fields.
    """

    number: int
    version: str
    path: str | None
    sha256: str | None
    commit_id: str | None
    kind: str
    recorded_at: str
    recorded_by: str
    previous: str
    seal: str


class NotesHome(Struct, frozen=True):
    """Which version table of which database notes are about; what is not known is None.

    ``system`` and ``oid`` are the server's and the database's own identifiers: a copy has others.
    Where there are none that stay, ``system`` is the database's name or the file's path.
    """

    table: str
    system: str | None = None
    oid: int | None = None

    @property
    def beginning(self) -> str:
        """What the first note of a chain has in the place of a seal."""
        return f"database {self.system or '?'} {self.oid or '?'} {self.table}"


class Anchor(Struct, frozen=True):
    """What stands outside the notes of how many there are, and of the last one's seal if known."""

    count: int
    seal: str | None = None


ONCE_FREE = "wait until that session has ended, then run the same command again"
"""What helps where notes are locked."""


class Notebook(Struct, frozen=True):
    """All notes that were found in one place.

    ``place`` is where, in words; ``home`` what they should be about, None where that is not known.
    ``there``: whether the table or the file exists. ``trouble`` says why they could not be read,
    ``hindrance`` why none can be appended; empty where they can. ``locked``: another session kept
    them from being read, so that nothing is known of them just now.
    """

    place: str
    notes: tuple[RunNote, ...] = ()
    home: NotesHome | None = None
    anchor: Anchor | None = None
    there: bool = True
    trouble: str = ""
    hindrance: str = ""
    locked: bool = False

    @property
    def last_seal(self) -> str | None:
        """The seal of the last note; None where there is none."""
        return max(self.notes, key=lambda it: it.number).seal if self.notes else None
