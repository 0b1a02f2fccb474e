"""What notes say of the rows, held against history."""

from enum import Enum, auto

from analyzer.model.core.version import Version
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.model.notes.note import RunNote
from analyzer.records import Struct


class NoteStanding(Enum):
    """What history says of a note about a row that is there."""

    PROVED = auto()  # the file at the commit has just the text that was noted
    CONTRADICTED = auto()  # the commit has no such file, or another text in it
    UNKNOWN = auto()  # neither the commit nor the text is in this repository


class NotedRun(Struct, frozen=True):
    """A row whose run was witnessed.

    ``seen`` is the file with the text that ran, under the row's version; None unless proved.
    ``commit`` is where it was found: the noted one, unless the repository lost that.
    """

    row: Version
    note: RunNote
    standing: NoteStanding
    seen: SeenFile | None = None
