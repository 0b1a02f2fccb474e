"""The view of a report: what its page, its Markdown and its pictures in the terminal show.

All is said here that is shown; whoever draws it decides nothing. Texts are as they were read:
who draws them escapes them.
"""

from analyzer.model.findings.finding import Severity
from analyzer.records import Struct
from analyzer.report.page.sentences import Sentence
from analyzer.report.page.view.level import Level
from analyzer.report.page.view.matrix import Matrix, Pair
from analyzer.report.page.view.timeline import Timeline


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
