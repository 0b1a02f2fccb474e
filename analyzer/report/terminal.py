"""The report for a person in a hurry: the verdict first, then what diverged, then what to do."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.model.deployment import HowDeployed
from analyzer.model.diagnosis import (
    FilePending,
    FileRenamed,
    RowAmbiguous,
    RowDeleted,
    RowOrphaned,
    RowReused,
)
from analyzer.model.finding import Finding, Severity
from analyzer.model.prediction import Failure
from analyzer.model.rename import Confidence, EvidenceKind, Rename
from analyzer.model.report import EnvironmentReport, Report
from analyzer.model.text import visible
from analyzer.report import forecast_text
from analyzer.report.wording import count

NARROWEST = 60
SHORT = 10  # digits of a commit id that a reader needs
IN_TABLES = frozenset({"MD101", "MD103", "MD104", "MD107", "MD108", "MD118"})
RED, YELLOW, BOLD, PLAIN = "\x1b[31;1m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Style:
    """How wide the reader's screen is, and whether it shows colour."""

    width: int = 80
    colour: bool = False

    def paint(self, text: str, colour: str) -> str:
        """Put a text in colour where there is colour."""
        return f"{colour}{text}{PLAIN}" if self.colour else text


def render(report: Report, style: Style, migrate: str) -> str:
    """Render the report as text that ends with a newline."""
    parts: list[str] = []
    for environment in report.environments:
        page = _Page(report, environment, style, migrate)
        parts.extend(part for part in page.parts() if part)
    return "\n\n".join(parts) + "\n"


class _Page:
    """One environment's report."""

    def __init__(
        self, report: Report, environment: EnvironmentReport, style: Style, migrate: str
    ) -> None:
        self.report, self.environment, self.style = report, environment, style
        self.diagnosis, self.migrate = environment.diagnosis, migrate
        self.width = max(style.width, NARROWEST)
        self.again = [f for f in self._files(FileRenamed) if f.old_row and not f.new_row]
        self.doubled = [f for f in self._files(FileRenamed) if f.old_row and f.new_row]
        self.early = [f for f in self._files(FileRenamed) if not f.old_row]
        self.reused = [row for row in self.diagnosis.rows if isinstance(row, RowReused)]
        self.deleted = [row for row in self.diagnosis.rows if isinstance(row, RowDeleted)]
        self.orphans = [row for row in self.diagnosis.rows if isinstance(row, RowOrphaned)]
        self.open = [row for row in self.diagnosis.rows if isinstance(row, RowAmbiguous)]
        self.pending = [f for f in self.diagnosis.files if isinstance(f, FilePending)]

    def _files(self, kind: type[FileRenamed]) -> list[FileRenamed]:
        return [file for file in self.diagnosis.files if isinstance(file, kind)]

    def parts(self) -> Iterator[str]:
        yield self._verdict()
        yield self._forecast()
        yield self._looked_at()
        yield self._renamed()
        yield self._deleted()
        yield self._reused()
        yield self._pending()
        yield self._orphans()
        yield self._ambiguous()
        yield self._rest()
        yield self._next()

    # the verdict

    def _verdict(self) -> str:
        said = [self._paragraph(text, colour) for text, colour in self._sentences()]
        return "\n".join(said)

    def _sentences(self) -> Iterator[tuple[str, str]]:
        yield from self._foretold()
        yield from self._counted()
        if not self._diverged() and self.environment.prediction.fails_at is None:
            yield self._clean(), BOLD

    def _foretold(self) -> Iterator[tuple[str, str]]:
        """What the next migrate would do."""
        prediction = self.environment.prediction
        yield from forecast_text.loss_sentences(prediction)
        failure = prediction.fails_at
        if failure is not None and not self.again:
            yield f"`{self.migrate}` would stop {self._stop(failure)}: {failure.reason}.", RED
        if self.again:
            were, them = ("was", "it") if len(self.again) == 1 else ("were", "them")
            renamed = f"{count(len(self.again), 'migration')} {were} renamed"
            again = f"`{self.migrate}` would run {them} again."
            yield f"{renamed} after {them_ran(them)}; {again}", RED
        if failure is not None and self.again:
            yield f"It would stop {self._stop(failure)}: {failure.reason}.", RED
        if failure is not None and failure.stays:
            done = "; ".join(failure.stays)
            yield f"What it did until then stays, for it has no transaction: {done}.", RED

    def _stop(self, failure: Failure) -> str:
        if failure.file is None or not self.environment.prediction.migrations:
            return "before the first migration"
        return f"at {failure.file.basename}"

    def _forecast(self) -> str:
        """What becomes of each pending migration, in order."""
        prediction = self.environment.prediction
        lines = forecast_text.steps(prediction, self.width, self.style.paint)
        return "\n".join([self._heading(f"The next {self.migrate}"), *lines]) if lines else ""

    def _counted(self) -> Iterator[tuple[str, str]]:
        """What else diverged."""
        if self.reused:
            yield (
                (
                    f"{count(len(self.reused), 'version')} that ran "
                    f"{'names' if len(self.reused) == 1 else 'name'} another migration today; "
                    f"`{self.migrate}` takes that one for done."
                ),
                RED,
            )
        if self.doubled:
            yield f"{count(len(self.doubled), 'migration')} recorded twice, old and new.", RED
        if self.open:
            yield f"{count(len(self.open), 'row')} could stand for more than one file.", RED
        if self.deleted:
            yield f"{count(len(self.deleted), 'migration')} that ran: no file any more.", YELLOW
        if self.orphans:
            yield (f"{count(len(self.orphans), 'row')} without a file in any history.", YELLOW)

    def _diverged(self) -> bool:
        return bool(
            self.again or self.doubled or self.reused or self.open or self.deleted or self.orphans
        )

    def _clean(self) -> str:
        applied = count(len(self.diagnosis.rows), "applied version")
        waiting = f"; {len(self.pending)} pending" if self.pending else ""
        return f"Nothing diverged: {applied}, each with the file that ran{waiting}."

    def _looked_at(self) -> str:
        facts, table = self.report.repository, self.environment.table
        where = ", ".join(facts.files.directories) or "the root"
        lines = [
            f"Code:     {visible(where)} {self._at()}, {count(len(facts.files.files), 'file')}",
            f"Database: {visible(table.place)}, {count(len(table.rows), 'applied version')}",
        ]
        deployed = self.environment.deployed
        if deployed is not None:
            lines.append(f"Deployed: {self._deployed()}")
        lines.extend(f"Note:     {visible(note)}" for note in table.notes)
        return "\n".join(self._hang(line, 10) for line in lines)

    def _at(self) -> str:
        files = self.report.repository.files
        if files.commit is None:
            return f"in the {files.ref}"
        short = files.commit[:SHORT]
        if files.commit.startswith(files.ref):
            return f"at {short}"
        return f"at {visible(files.ref)} ({short})"

    def _deployed(self) -> str:
        deployed = self.environment.deployed
        if deployed is None:  # pragma: no cover - asked only where there is one
            return "unknown"
        on = f" on {visible(deployed.ref)}" if deployed.ref else ""
        commit = f"commit {deployed.commit[:SHORT]}{on}"
        if deployed.exact:
            return f"{commit} has exactly these versions"
        missing = [version.text for version in deployed.missing]
        extra = [version.text for version in deployed.extra]
        gaps = []
        if missing:
            gaps.append(f"it lacks {_few(missing)}")
        if extra:
            gaps.append(f"it has {_few(extra)} besides")
        how = "as you said" if deployed.how is HowDeployed.GIVEN else "comes closest"
        return f"{commit} {how}: {' and '.join(gaps)}"

    # the lists

    def _renamed(self) -> str:
        early = {file.rename.new.path for file in self.early}
        sure = [rename for rename in self.diagnosis.renames if _sure(rename)]
        ran = [rename for rename in sure if rename.new.path not in early]
        never = [rename for rename in sure if rename.new.path in early]
        return "\n\n".join(
            part
            for part in (
                self._rename_table("Renamed after it ran", "ran as", ran),
                self._rename_table("Renamed too, but never ran here: pending", "was", never),
            )
            if part
        )

    def _rename_table(self, title: str, old: str, renames: Sequence[Rename]) -> str:
        body = [
            (
                rename.old.version.text,
                rename.new.version.text,
                _names(rename),
                f"{rename.similarity} %",
                _why(rename),
            )
            for rename in renames
        ]
        return self._table(title, (old, "is now", "migration", "alike", "evidence"), body)

    def _deleted(self) -> str:
        body = [
            (
                row.row.version.text,
                row.sighting.file.name.slug,
                row.sighting.commit[:SHORT]
                + (f" on {row.sighting.ref}" if row.sighting.ref else ""),
            )
            for row in self.deleted
        ]
        return self._table("Deleted after it ran", ("version", "migration", "last seen in"), body)

    def _reused(self) -> str:
        body = [(row.row.version.text, row.ran.name.slug, row.now.name.slug) for row in self.reused]
        return self._table("Version reused", ("version", "ran as", "names today"), body)

    def _pending(self) -> str:
        body = [(file.file.version.text, file.file.name.slug) for file in self.pending]
        return self._table("Pending: never ran here", ("version", "migration"), body)

    def _orphans(self) -> str:
        if not self.orphans:
            return ""
        versions = ", ".join(visible(row.row.version.text) for row in self.orphans)
        return self._heading("Rows without a file in any history") + "\n" + self._fill(versions)

    def _ambiguous(self) -> str:
        body = [
            (
                rename.old.version.text,
                rename.new.version.text,
                _names(rename),
                f"{rename.similarity} %",
                _why(rename),
            )
            for rename in self.diagnosis.renames
            if not _sure(rename)
        ]
        columns = ("ran as", "may be", "migration", "alike", "evidence")
        return self._table("Ambiguous: nothing is claimed", columns, body)

    def _rest(self) -> str:
        told = [finding for finding in self.report.findings if finding.code not in IN_TABLES]
        if not told:
            return ""
        groups: dict[tuple[int, str, str, str], list[Finding]] = {}
        for finding in told:
            rank = list(Severity).index(finding.severity)
            key = (rank, finding.code, finding.why, finding.fix)
            groups.setdefault(key, []).append(finding)
        worst_first = sorted(groups.items(), key=lambda group: group[0][0])
        parts = [self._findings(alike) for _, alike in worst_first]
        return "\n".join([self._heading("Also worth knowing"), *parts])

    def _findings(self, alike: Sequence[Finding]) -> str:
        """Findings that differ only in what they speak of, with their advice once."""
        first = alike[0]
        mark = f"{first.severity.value} {first.code}"
        colour = {Severity.ERROR: RED, Severity.WARNING: YELLOW}.get(first.severity, "")
        heads = [self._hang(f"{mark}  {visible(finding.what)}", 4) for finding in alike]
        if colour:
            heads = [head.replace(mark, self.style.paint(mark, colour), 1) for head in heads]
        why = self._hang(f"    why: {visible(first.why)}", 9)
        fix = self._hang(f"    fix: {visible(first.fix)}", 9)
        return "\n".join([*heads, why, fix])

    # what to do

    def _next(self) -> str:
        steps = list(self._steps())
        if not steps:
            return ""
        numbered = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
        return "\n".join([self._heading("What to do next"), *numbered])

    def _steps(self) -> Iterator[str]:
        if not (self.again or self.doubled or self.reused or self.open):
            return
        yield self._step(f"Stop deploys: do not run {self.migrate} on this database.")
        if self.open:
            yield self._step("Settle what is ambiguous with --accept, --reject or --deployed.")
        files = ("migdoctor rename-back > fix.sh", "files get their old names; rows stay")
        rows = ("migdoctor rewrite > fix.sql", "rows get the new versions; files stay")
        moved = bool(self.again) or any(row.rename is not None for row in self.reused)
        ways = [files, rows] if moved else [rows] if self.doubled else []
        if ways:
            lines = [f"     {command:<34}{does}" for command, does in ways]
            yield "\n".join(["Mend it" + (" one way or the other:" if ways[1:] else ":"), *lines])
        for row in self.reused:
            if row.rename is None:
                yield self._step(
                    f"Give {visible(row.now.basename)} a version of its own, so that it runs."
                )
        yield self._step("Run migdoctor diagnose again: it must say that nothing diverged.")

    def _step(self, text: str) -> str:
        return self._hang(text, 3)

    # layout

    def _heading(self, text: str) -> str:
        return self.style.paint(text, BOLD)

    def _paragraph(self, text: str, colour: str) -> str:
        return self.style.paint(self._fill(visible(text)), colour)

    def _fill(self, text: str) -> str:
        return textwrap.fill(text, self.width, break_long_words=False, break_on_hyphens=False)

    def _hang(self, text: str, indent: int) -> str:
        return textwrap.fill(
            text, self.width, subsequent_indent=" " * indent,
            break_long_words=False, break_on_hyphens=False, drop_whitespace=True,
        )  # fmt: skip

    def _table(self, title: str, columns: Sequence[str], body: Sequence[Sequence[str]]) -> str:
        if not body:
            return ""
        from tabulate import tabulate

        cells = [[visible(cell) for cell in row] for row in body]
        widths = _column_widths(columns, cells, self.width)
        text = tabulate(
            cells, columns, tablefmt="simple", disable_numparse=True, maxcolwidths=widths
        )
        return f"{self._heading(title)}\n{text}"


def them_ran(them: str) -> str:
    """Say "it ran" or "they ran"."""
    return "it ran" if them == "it" else "they ran"


def _sure(rename: Rename) -> bool:
    return rename.confidence is not Confidence.AMBIGUOUS


def _names(rename: Rename) -> str:
    old, new = rename.old.name, rename.new.name
    return new.slug if old.slug == new.slug else f"{old.slug} -> {new.slug}"


def _why(rename: Rename) -> str:
    """The evidence in a few words."""
    kinds = {evidence.kind for evidence in rename.evidence}
    said = []
    hops = [evidence for evidence in rename.evidence if evidence.kind is EvidenceKind.GIT_RENAME]
    if EvidenceKind.DECISION in kinds:
        said.append("you said so")
    if EvidenceKind.CATALOG in kinds:
        said.append("in the database")
    if EvidenceKind.SAME_NAME in kinds:
        said.append("same name")
    elif EvidenceKind.SAME_CLASS in kinds:
        said.append("same class")
    if len(hops) > 1:
        said.append(f"{len(hops)} renames in git")
    if not said:
        said.append("renamed in git" if hops else "same contents")
    sure = "probable: " if rename.confidence is Confidence.PROBABLE else ""
    return sure + ", ".join(said)


def _few(versions: Sequence[str], most: int = 3) -> str:
    rest = len(versions) - most
    return ", ".join(versions[:most]) + (f" and {rest} more" if rest > 0 else "")


def _column_widths(
    columns: Sequence[str], cells: Sequence[Sequence[str]], width: int
) -> list[int | None]:
    """Wrap columns of several words until the table fits; names and versions stay whole."""
    by_column = [[columns[place], *(row[place] for row in cells)] for place in range(len(columns))]
    natural = [max(map(len, texts)) for texts in by_column]
    least = [
        max(len(word) for text in texts for word in text.split() or [""]) for texts in by_column
    ]
    widths = list(natural)
    excess = sum(widths) + 2 * (len(columns) - 1) - width
    while excess > 0:
        slack = [wide - narrow for wide, narrow in zip(widths, least, strict=True)]
        if max(slack) <= 0:
            break  # a long name is better read past the edge than broken
        widths[slack.index(max(slack))] -= 1
        excess -= 1
    return [
        None if wanted == given else given for wanted, given in zip(natural, widths, strict=True)
    ]
