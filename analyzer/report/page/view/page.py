"""The view of a report: what its page, its Markdown and its pictures in the terminal show.

All is said here that is shown; whoever draws it decides nothing. Texts are as they were read:
who draws them escapes them.
"""

from enum import StrEnum

from analyzer.model.findings.finding import Severity
from analyzer.records import Struct
from analyzer.report.page.words import Sentence


class Level(StrEnum):
    """How bad it is; only with ``FINE`` and ``TOLD`` the command ends with status 0."""

    BROKEN = "broken"  # a migrate would do harm, or rows and files disagree
    LOOK = "look"  # warnings, or an environment that could not be read
    TOLD = "told"  # a migration removes data, and its text says so
    FINE = "fine"


class Cell(StrEnum):
    """Under which version an environment recorded a pair."""

    OLD = "old"
    NEW = "new"
    BOTH = "both"
    NONE = "none"
    SWAP = "swap"  # two migrations exchanged versions, and both ran
    UNKNOWN = "?"


class Mark(StrEnum):
    """What a rail shows at a row of the timeline."""

    NOTHING = "nothing"
    FILE = "file"  # git: a file of today
    GONE = "gone"  # git: had a file
    DONE = "done"  # a row, and its file
    OLD = "old"  # a row under an old version, or whose file is gone
    AGAIN = "again"  # would run again
    PENDING = "pending"
    HELD = "held"  # a row of another migration has its version: a migrate passes it over
    FAILS = "fails"
    DESTROYS = "destroys"
    UNREAD = "unread"


class ViewColumn(Struct, frozen=True):
    """Environments that stand alike: a column of the matrix, a rail of the timeline.

    ``members`` counts the schemas (databases) of a fleet's group, 0 where it is none. ``why`` says
    why it could not be read.
    """

    names: tuple[str, ...]
    level: Level
    read: bool = True
    members: int = 0
    why: str = ""
    rows: int = 0
    fine: int = 0

    @property
    def label(self) -> str:
        """The name above it."""
        return self.names[0]

    @property
    def word(self) -> str:
        """How it stands, in a word."""
        if not self.read:
            return "not read"
        return {Level.BROKEN: "BROKEN", Level.LOOK: "look"}.get(self.level, "fine")


class Pair(Struct, frozen=True):
    """A renamed migration; ``number`` is the same wherever it is shown, from one."""

    number: int
    name: str
    old_name: str
    old_version: str
    new_version: str
    old_path: str
    new_path: str
    cells: tuple[Cell, ...]
    similarity: int
    confidence: str
    shared: bool = False  # its old version is another file's today

    @property
    def surely(self) -> bool:
        """Whether it is asserted at all."""
        return self.confidence != "ambiguous"


class PairRun(Struct, frozen=True):
    """Pairs shown together: one, or neighbours that were renamed together and stand alike."""

    pairs: tuple[Pair, ...]

    @property
    def first(self) -> Pair:
        """The one that stands for all."""
        return self.pairs[0]

    @property
    def last(self) -> Pair:
        """The last of them."""
        return self.pairs[-1]

    @property
    def numbers(self) -> str:
        """The number, or the first and the last."""
        if self.first is self.last:
            return f"{self.first.number}"
        return f"{self.first.number}-{self.last.number}"


class Matrix(Struct, frozen=True):
    """Which environment recorded which pair, and under which version.

    ``others`` counts the migrations that did not diverge, in the files; ``left_out`` pairs are not
    shown, as there are too many.
    """

    columns: tuple[ViewColumn, ...]
    runs: tuple[PairRun, ...]
    others: int
    left_out: int = 0

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All kinds that it shows, in the order of the key."""
        shown = {cell for run in self.runs for cell in run.first.cells}
        return tuple(cell for cell in Cell if cell in shown)


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


class NextLine(Struct, frozen=True):
    """What becomes of one migration, or of several that fare alike."""

    outcome: str  # runs, does nothing, may fail, FAILS, DESTROYS, not reached, ...
    kind: str  # the same as a class of the style sheet
    what: Sentence
    notes: tuple[Sentence, ...] = ()


class NextCard(Struct, frozen=True):
    """What the next migrate does in environments that stand alike."""

    names: tuple[str, ...]
    summary: Sentence
    lines: tuple[NextLine, ...]
    level: Level


class DoStep(Struct, frozen=True):
    """A step: in words, with the command that does it, if one does."""

    says: Sentence
    command: str = ""


class DoOption(Struct, frozen=True):
    """A way of recovery that is not the one advised, and why it could or cannot be taken."""

    title: str
    facts: tuple[tuple[str, tuple[Sentence, ...]], ...]
    commands: tuple[str, ...] = ()


class DoGroup(Struct, frozen=True):
    """What to do for one environment, or for all; ``facts`` are title and sentences."""

    title: Sentence
    steps: tuple[DoStep, ...]
    facts: tuple[tuple[str, tuple[Sentence, ...]], ...] = ()
    options: tuple[DoOption, ...] = ()


class Exhibit(Struct, frozen=True):
    """A text to unfold: a diff, or a source. ``path`` names a file that is not told in its text."""

    title: Sentence
    text: str
    is_diff: bool
    note: str = ""
    open: bool = False
    aside: str = ""


class Hidden(Struct, frozen=True):
    """What edits brought that never ran."""

    title: Sentence
    lacks: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]


class EvidenceLine(Struct, frozen=True):
    """Why one pair is one migration."""

    pair: Pair
    reasons: tuple[Sentence, ...]
    commits: tuple[Sentence, ...]


class FindingLine(Struct, frozen=True):
    """Findings of one code with the same advice: where, what, why, and what to do."""

    code: str
    severity: Severity
    where: str
    whats: tuple[str, ...]
    why: str
    fix: str


class FactLine(Struct, frozen=True):
    """One environment: where it was read, how many rows, which commit it runs."""

    names: tuple[str, ...]
    database: str
    server: str
    rows: str
    deployed: str
    read_at: str
    notes: tuple[str, ...] = ()


class PageVerdict(Struct, frozen=True):
    """The answer: in one sentence, then what to know, what not to do, and what to do."""

    level: Level
    sentence: Sentence
    remarks: tuple[Sentence, ...]
    do_not: tuple[Sentence, ...]
    do: tuple[Sentence, ...]


class IncidentPage(Struct, frozen=True):
    """All that a page shows, in its order."""

    title: str
    subject: str
    place: tuple[Sentence, ...]  # the line under the title
    when: str  # ISO 8601, UTC; empty where nothing was read
    migrate: str
    verdict: PageVerdict
    matrix: Matrix
    timeline: Timeline
    next: tuple[NextCard, ...]
    next_note: str
    do_note: tuple[Sentence, ...]
    do: tuple[DoGroup, ...]
    previews: tuple[Exhibit, ...]
    hidden: tuple[Hidden, ...]
    edits: tuple[Exhibit, ...]
    evidence_note: tuple[Sentence, ...]
    evidence: tuple[EvidenceLine, ...]
    findings: tuple[FindingLine, ...]
    environments: tuple[FactLine, ...]
    facts: tuple[tuple[str, Sentence], ...]
    again: str  # the command that writes it again
    status: int
