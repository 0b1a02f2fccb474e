"""What `migdoctor record` did, for whoever tells it."""

from analyzer.model.core.environments import Unreadable
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


class TenantNotes(Struct, frozen=True):
    """What was noted of one tenant, or why nothing was."""

    member: str
    recorded: RecordedNotes | None = None
    error: Unreadable | None = None


class RecordedFleet(Struct, frozen=True):
    """The notes of a fleet's tenants, in the order of their names.

    ``kind`` is what a tenant has to itself, in a word; ``left`` are tenants that were not begun, as
    none could be written to any more. ``commit`` and ``how``: as of `RecordedNotes`. ``status`` is
    the exit status.
    """

    kind: str
    place: str
    tenants: tuple[TenantNotes, ...]
    left: tuple[str, ...]
    commit: str | None
    how: str
    remarks: tuple[str, ...]
    status: int

    @property
    def failed(self) -> tuple[tuple[str, Unreadable], ...]:
        """The tenants with nothing new to note, and why."""
        return tuple((it.member, it.error) for it in self.tenants if it.error is not None)
