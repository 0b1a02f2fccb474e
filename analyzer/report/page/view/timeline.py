"""The timeline of a page: files, commits and rows, in the order in which they came."""

from enum import StrEnum

from analyzer.records import Struct
from analyzer.report.page.view.matrix import ViewColumn


class Mark(StrEnum):
    """What a rail shows at a row of the timeline."""

    NOTHING = "nothing"
    FILE = "file"  # git: a file of today
    GONE = "gone"  # git: had a file
    DONE = "done"  # a row, and its file
    OLD = "old"  # a row under an old version, or whose file is gone
    AGAIN = "again"  # would run again
    PENDING = "pending"
    REFUSED = "refused"  # the tool stops before it runs any
    NEVER = "never"  # the next migrate silently leaves it out
    HELD = "held"  # a row of another migration has its version: a migrate passes it over
    FAILS = "fails"
    DESTROYS = "destroys"
    UNREAD = "unread"


class RowKind(StrEnum):
    """What a row of the timeline is about."""

    VERSION = "version"
    COMMIT = "commit"
    FOLD = "fold"  # a stretch of migrations that stand alike


class TimelineRow(Struct, frozen=True):
    """One row: a version, a commit, or a stretch of versions that did not diverge.

    ``marks`` has one for git, then one for each column; of a commit, those that run it are
    ``DONE``. ``ends`` says where the other ends are, ``fact`` that and what else is to be said.
    ``pairs`` are the pairs whose old or new end this is, ``olds`` those whose old end.
    ``spoken`` says what the marks show.
    """

    kind: RowKind
    version: str = ""
    name: str = ""
    marks: tuple[Mark, ...] = ()
    ends: str = ""
    fact: str = ""
    spoken: str = ""
    pairs: tuple[int, ...] = ()
    olds: tuple[int, ...] = ()
    shares: bool = False  # its version with the row above
    several: bool = False  # it stands for a run of pairs
    number: str = ""
    author: str = ""
    when: str = ""


class Arrow(Struct, frozen=True):
    """From the row of the old version to that of the new one, in a lane, the innermost first."""

    number: str
    pairs: tuple[int, ...]
    start: int
    end: int
    lane: int
    thick: bool = False
    harmless: bool = False  # no environment has the old version
    apart: bool = False  # ends of others are in the same row


class Timeline(Struct, frozen=True):
    """Versions from the oldest to the newest, with what became of them.

    ``arrows`` are empty where there are too many rows to follow one with the eye.
    """

    columns: tuple[ViewColumn, ...]
    rows: tuple[TimelineRow, ...]
    arrows: tuple[Arrow, ...]
    lanes: int

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All kinds that it shows of migrations, in the order of the key."""
        shown = {it for row in self.rows if row.kind is not RowKind.COMMIT for it in row.marks}
        return tuple(mark for mark in Mark if mark in shown and mark is not Mark.NOTHING)

    @property
    def commits(self) -> bool:
        """Whether it shows a commit."""
        return any(row.kind is RowKind.COMMIT for row in self.rows)

    @property
    def deployed(self) -> bool:
        """Whether it shows a commit that an environment runs."""
        return any(row.kind is RowKind.COMMIT and Mark.DONE in row.marks for row in self.rows)
