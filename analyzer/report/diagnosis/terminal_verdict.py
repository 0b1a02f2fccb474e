"""The verdict of a report: what the next migrate would do, and what diverged."""

from collections import Counter
from collections.abc import Iterator, Sequence

from analyzer.model.core.gap import Gap
from analyzer.model.findings.diagnosis import RowOrphaned
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import Failure
from analyzer.model.findings.report import EnvironmentReport
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count, enumerated
from analyzer.records import Struct
from analyzer.report.diagnosis import forecast_text
from analyzer.report.diagnosis.terminal_groups import Groups
from analyzer.report.diagnosis.terminal_layout import BOLD, RED, YELLOW, ScreenLayout


class VerdictPart(Struct, frozen=True):
    """The first part about an environment; ``migrate`` is the command that it mentions.

    With ``gaps`` in the history nothing is said to be well. ``findings`` are those to count.
    """

    environment: EnvironmentReport
    groups: Groups
    layout: ScreenLayout
    migrate: str
    gaps: Sequence[Gap] = ()
    findings: Sequence[Finding] = ()

    def verdict(self) -> str:
        """Say it in a few sentences, the worst first."""
        first, *more = (self.layout.paragraph(text, colour) for text, colour in self._sentences())
        return "\n".join([first, *self._whose(), *more])

    def _whose(self) -> Iterator[str]:
        """Say it where an application's file chose the database, and it is not production's."""
        if whose := self.environment.table.whose:
            yield self.layout.fill(whose)

    def _sentences(self) -> Iterator[tuple[str, str]]:
        if self._is_new:
            yield self._new(), BOLD
        yield from self._predicted()
        yield from self._counted()
        counted = self._findings()
        if self._is_new and not counted:
            return
        if (
            not self._is_new
            and not self.groups.diverged
            and self.environment.prediction.fails_at is None
        ):
            yield self._clean(counted), BOLD
        elif counted:
            yield f"In all: {counted}.", BOLD

    @property
    def _is_new(self) -> bool:
        """Whether no migration ever ran here, as far as the database tells."""
        return self.environment.table.missing and not self.environment.table.elsewhere

    def _new(self) -> str:
        waiting = f"; {len(self.groups.pending)} pending" if self.groups.pending else ""
        table = visible(str(self.environment.table.table))
        return f"There is no table {table}: a new database, or not the one that is meant{waiting}."

    def _findings(self) -> str:
        """Count errors and warnings; empty where there are none."""
        found = Counter(finding.severity for finding in self.findings)
        kinds = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))
        return ", ".join(count(found[kind], word) for kind, word in kinds if found[kind])

    def _predicted(self) -> Iterator[tuple[str, str]]:
        """Say what the next migrate would do."""
        prediction = self.environment.prediction
        yield from forecast_text.loss_sentences(prediction)
        failure = prediction.fails_at
        if failure is not None and not self.groups.again:
            yield (
                f"`{self.migrate}` would stop {self._stop(failure)}: {failure.said.rstrip('.')}.",
                RED,
            )
        if self.groups.again:
            yield self._renamed(), RED
        if failure is not None and self.groups.again:
            yield f"It would stop {self._stop(failure)}: {failure.said.rstrip('.')}.", RED
        if failure is not None and failure.stays:
            done = "; ".join(failure.stays)
            yield f"What it did until then stays, as nothing takes it back: {done}.", RED
        if failure is not None and failure.retry is not None:
            yield f"Tried again, it would then stop at {failure.retry}.", RED

    def _renamed(self) -> str:
        """Count the renamed migrations, and those of them that would run again.

        One under a version that another migration's row holds is taken for done.
        """
        again = self.groups.again
        held = {row.row.version.key for row in self.groups.reused}
        starts = sum(it.file.version.key not in held for it in again)
        were, them = ("was", "it") if len(again) == 1 else ("were", "them")
        renamed = f"{count(len(again), 'migration')} {were} renamed after {_them_ran(them)}"
        if self.environment.prediction.refused:
            return f"{renamed}; `{self.migrate}` refuses to run."
        which = them if starts == len(again) else f"{starts} of them"
        return f"{renamed}; `{self.migrate}` would run {which if starts else 'none'} again."

    def _stop(self, failure: Failure) -> str:
        if failure.file is None or not self.environment.prediction.migrations:
            return "before the first migration"
        return f"at {failure.file.basename}"

    def forecast(self) -> str:
        """List the outcome of each pending migration, in order."""
        prediction = self.environment.prediction
        style = self.layout.style
        lines = forecast_text.steps(prediction, self.layout.width, style.paint, whole=style.whole)
        return "\n".join([self.layout.heading(f"The next {self.migrate}"), *lines]) if lines else ""

    def _counted(self) -> Iterator[tuple[str, str]]:
        """Count everything else that diverged."""
        groups = self.groups
        if groups.taken_over:
            name = "names" if len(groups.taken_over) == 1 else "name"
            ran = f"{count(len(groups.taken_over), 'version')} that ran {name}"
            yield f"{ran} another migration today; `{self.migrate}` counts that one as done.", RED
        if groups.doubled:
            yield f"{count(len(groups.doubled), 'migration')} recorded twice, old and new.", RED
        if emptied := self.environment.diagnosis.emptied:
            lost = f"{enumerated(emptied)} may have lost all rows in the second run"
            yield f"{lost}: look, and keep every older backup, before you repair.", RED
        if groups.open:
            yield f"{count(len(groups.open), 'row')} could stand for more than one file.", RED
        if groups.deleted:
            yield f"{count(len(groups.deleted), 'migration')} that ran, deleted since.", YELLOW
        if groups.orphans:
            where = "in the part of the history that is here" if self.gaps else "in any history"
            yield f"{count(len(groups.orphans), 'row')} without a file {where}.", YELLOW

    def _clean(self, counted: str) -> str:
        rows = self.environment.diagnosis.rows
        applied = count(len(rows), "applied version")
        waiting = f"; {len(self.groups.pending)} pending" if self.groups.pending else ""
        if self.gaps:
            return (
                f"{applied}, each with a file of its version; whether it is the file that ran "
                f"cannot be told: {self.gaps[0].what}."
            )
        elsewhere = self.environment.table.elsewhere
        if elsewhere and self.environment.table.table.schema is None:
            return _off_the_path(len(elsewhere))
        beside = f"; {counted}" if counted else ""
        apart = sum(isinstance(it, RowOrphaned) and it.elsewhere is not None for it in rows)
        if apart:
            files = f"{apart} of them with a file in a folder that was not looked at"
            return f"Nothing diverged in the folder looked at{beside}: {applied}, {files}{waiting}."
        ran = (
            "its file, but not all with its work"
            if self.environment.denied
            else "the file that ran"
        )
        return f"Nothing diverged{beside}: {applied}, each with {ran}{waiting}."


def _off_the_path(schemas: int) -> str:
    """What was looked at is none of the schemas in which migrations ran."""
    one = schemas == 1
    return (
        f"No version table is on the search path, but {count(schemas, 'other schema')} "
        f"{'has' if one else 'have'} one (MD206): what follows is not about "
        f"{'it' if one else 'them'}."
    )


def _them_ran(them: str) -> str:
    """Say "it ran" or "they ran"."""
    return "it ran" if them == "it" else "they ran"
