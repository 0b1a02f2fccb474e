"""The advice of every finding, after it was carried out in memory; what does harm is taken back."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Protocol

from analyzer.analysis.advice.advice_safety import told_briefly
from analyzer.analysis.diagnosis.findings import (
    catalog_contradictions,
    changed_file,
    contested_versions,
    deleted,
    odd_timestamps,
    pending_files,
    renamed,
    reused_version,
    shared_names,
    unknown_rows,
)
from analyzer.analysis.diagnosis.findings.deleted import restore_command
from analyzer.model.core.defining_line import find_defining_line
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.diagnosis import RowDeleted, RowReused, RowVerdict
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import Forecast, MigrationOutcome
from analyzer.model.findings.recommendation import Action, InPlaceRepair
from analyzer.model.plans.plan import DeleteRow
from analyzer.records import Struct, field, replace
from analyzer.workflow.advice.typed_commands import delete_statement
from analyzer.workflow.forecast.advice_check import AdviceCheck
from analyzer.workflow.forecast.blocking_objects import Obstacles
from analyzer.workflow.forecast.name_changes import (
    git_mv,
    git_rm,
    move_last,
    recording,
    remove,
    shared,
    then,
)

_LOOK_AGAIN = "then run migdoctor diagnose again before any migrate"
_FILES = "give the file its old name (migdoctor rename-back)"
_ROWS = "the row its new version (migdoctor rewrite)"


class Ways(Protocol):
    """The repairs in place, each planned and judged when it is asked for."""

    @property
    def files(self) -> InPlaceRepair: ...  # noqa: D102
    @property
    def rows(self) -> InPlaceRepair: ...  # noqa: D102


class FindingAdvice(Struct, frozen=True, dict=True):
    """Judges the findings of one environment.

    ``left`` are rows that are right as they are, ``recorded`` the versions that get a row.
    """

    check: AdviceCheck
    ways: "Ways"
    left: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)

    def all(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, each with advice that may be given, and what the migrate runs into."""
        told = tuple(self.judged(finding) for finding in findings)
        return (*told, *Obstacles(self.check, self.recorded).findings(told))

    def judged(self, finding: Finding) -> Finding:
        """One finding with advice that may be given."""
        handler = HANDLERS.get(finding.code)
        return finding if handler is None else handler(self, finding)

    # renamed, recorded twice

    def renamed(self, finding: Finding) -> Finding:
        """Renamed after it ran; a row that a deleted migration left may keep it from running."""
        file = self._file(finding.path)
        number = file.version.key if file is not None else None
        rows = self.check.diagnosis.rows
        cover = next((it for it in rows if it.row.version.key == number), None)
        if not isinstance(cover, RowReused) or cover.rename is not None:
            return self.by_ways(finding)
        self.left.add(finding.version or "")
        kept = f"row {cover.row.version}, of {cover.ran.basename}, keeps it from running again"
        fix = "nothing: leave rows and file as they are"
        return replace(finding, severity=Severity.NOTE, why=kept, fix=fix)

    def by_ways(self, finding: Finding) -> Finding:
        """Advise rename-back or rewrite, whichever does no harm."""
        if self.ways.files.open and self.ways.rows.open:
            return finding
        if self.ways.files.open:
            return replace(finding, fix=f"{_FILES}{self._rather_than(self.ways.rows)}")
        if self.ways.rows.open:
            return replace(finding, fix=f"give {_ROWS}{self._rather_than(self.ways.files)}")
        return replace(
            finding, fix=self._not_yet(self.ways.rows.refused or self.ways.files.refused)
        )

    def doubled(self, finding: Finding) -> Finding:
        """Recorded twice; the old row stays where another file of today carries its version."""
        done = self.check.now.state.done
        files = self.check.inference.target.files.files
        row = self._row(finding)
        number = row.row.version.key if row is not None else None
        other = next((it for it in files if it.version.key == number), None)
        if other is None or other.path not in done or self.ways.rows.open:
            return self.by_rows(finding)
        fix = f"leave both rows: {finding.version} is the version of {other.basename} today"
        return replace(finding, severity=Severity.NOTE, fix=f"{fix}, and {done[other.path]}")

    def by_rows(self, finding: Finding) -> Finding:
        """Advise a rewrite of rows, if it does no harm."""
        if self.ways.rows.open:
            return finding
        return replace(finding, fix=self._not_yet(self.ways.rows.refused))

    def reused(self, finding: Finding) -> Finding:
        """A version that names another migration today."""
        row = self._row(finding)
        if not isinstance(row, RowReused) or row.rename is not None:
            return self.by_ways(finding)
        return self._hidden(finding, row)

    def _hidden(self, finding: Finding, row: RowReused) -> Finding:
        """The migration that ran is deleted, and its row hides a file."""
        there = self.check.now.state.done.get(row.now.path)
        if there is not None:
            self.left.add(row.row.version.text)
            return replace(
                finding,
                severity=Severity.NOTE,
                why=f"{finding.why}; but {there}, so nothing is missing",
                fix=f"nothing: leave row and file as they are; to let {row.now.basename} run would "
                "make again what is there",
            )
        verdict = self.check.judge(action := move_last(self.check, row.now))
        if not verdict.allowed:
            fix = (
                f"leave it, and do not let it run: {told_briefly(verdict.faults)}; put what is "
                "missing into a migration of its own"
            )
            return replace(finding, fix=fix)
        command = git_mv(action)
        fix = f"give it a version of its own, so that it runs: {command}{then(self.check, verdict)}"
        return replace(finding, fix=fix, command=command)

    def slug_changed(self, finding: Finding) -> Finding:
        """Another file name over the same version; the class has to follow the file."""
        file = self._file(finding.path)
        if file is None:
            return finding
        expected, framework = file.name.class_name, self.check.framework
        if not expected or framework.keys is not None:
            fix = f"nothing: {framework.commands.title} does not look at it"
            return replace(finding, severity=Severity.NOTE, fix=fix)
        content = self.check.inference.past_files.content(file.blob)
        lines = framework.files.defining_lines(content)
        if find_defining_line(lines, expected) is None:
            fix = f"name the class {expected}, unless the file makes it in a way of its own"
            return replace(finding, fix=fix)
        fix = "nothing: file and class were renamed together"
        return replace(finding, severity=Severity.NOTE, fix=fix)

    # deleted

    def deleted(self, finding: Finding) -> Finding:
        """A row whose file is gone: it stays, and the file comes back if that is wanted."""
        row = self._row(finding)
        if not isinstance(row, RowDeleted):
            return finding
        seen = row.last_seen
        verdict = self.check.judge(Action(restored=(seen.file,)))
        fix = "leave the row, it does no harm"
        if verdict.allowed:
            where = f"; its file is on {seen.ref}" if seen.ref else ""
            command = restore_command(seen.file, seen.commit)
            fix = f"{fix}{where}; to have the file here, if that is wanted: {command}"
        else:
            fix = f"{fix}; do not bring its file back, {told_briefly(verdict.faults)}"
        sound = seen.ref is not None or Obstacles(self.check).is_made(row)
        severity = Severity.NOTE if sound else Severity.WARNING
        return replace(finding, severity=severity, fix=fix)

    # pending, late, misnumbered

    def pending(self, finding: Finding) -> Finding:
        """Judge the advice on a file that never ran and would run next."""
        it = self._forecast(finding.path)
        if it is None or (it.outcome is not MigrationOutcome.FAILS and not self._loses(it)):
            return finding
        migrate = self.check.migrate_name
        return replace(finding, fix=f"do not run {migrate} yet: {it.because}")

    def late(self, finding: Finding) -> Finding:
        """Judge the advice on a file that never ran and sorts before one that did."""
        file = self._file(finding.path)
        if file is None:
            return finding
        if file.path in self.check.now.state.done:
            return replace(
                finding, fix=f"do not renumber it: {self.check.now.state.done[file.path]}"
            )
        verdict = self.check.judge(move_last(self.check, file))
        if verdict.allowed:
            return finding
        fix = f"do not renumber it: {told_briefly(verdict.faults)}"
        return replace(finding, fix=fix)

    def misnumbered(self, finding: Finding) -> Finding:
        """A number that is no good; of what ran it stays."""
        file = self._file(finding.path)
        if file is None or file.path not in self.check.now.state.done:
            return self.late(finding)
        done = self.check.now.state.done[file.path]
        return replace(
            finding, fix=f"leave it: {done}, and under another number it would run again"
        )

    def shared_version(self, finding: Finding) -> Finding:
        """Two files with one version: the one that never ran gets another, if it may run."""
        return self._apart(finding, "version", move_last, git_mv)

    def shared_class(self, finding: Finding) -> Finding:
        """Two files with one class: a copy of what ran goes."""
        return self._apart(finding, "class", remove, git_rm)

    def _apart(
        self,
        finding: Finding,
        kind: str,
        part: Callable[[AdviceCheck, MigrationFile], Action],
        told: Callable[[Action], str],
    ) -> Finding:
        ran = self.check.now.state.ran_as
        group = shared(self.check, kind, finding.path)
        waiting = [file for file in group if file.path not in ran]
        if len(waiting) != 1 or len(group) < 2:  # noqa: PLR2004  a pair
            return replace(finding, fix=f"{finding.fix}; {_LOOK_AGAIN}")
        verdict = self.check.judge(action := part(self.check, waiting[0]))
        if not verdict.allowed:
            fix = f"do not let {waiting[0].basename} run: {told_briefly(verdict.faults)}"
            return replace(finding, fix=fix)
        command = told(action)
        fix = f"{waiting[0].basename} never ran here; if nowhere else either: {command}"
        return replace(finding, fix=f"{fix}{then(self.check, verdict)}", command=command)

    # rows and objects

    def no_version(self, finding: Finding) -> Finding:
        """A row that is no version."""
        verdict = self.check.judge(Action(rows=(DeleteRow(TableRow(finding.version or "")),)))
        if verdict.allowed:
            return finding
        return replace(finding, fix=f"leave it: without it, {told_briefly(verdict.faults)}")

    def row_without_effect(self, finding: Finding) -> Finding:
        """A row whose migration left nothing: it may run, if it can."""
        text = finding.version or ""
        verdict = self.check.judge(Action(rows=(DeleteRow(TableRow(text)),)))
        runs = [it for it in verdict.migrate.runs if it.version.text == text]
        if verdict.allowed and verdict.migrate.safe and runs:
            table = self.check.inference.table.table
            column = self.check.framework.store.version_column
            sql = delete_statement(self.check.inference.engine, table, column, text)
            fix = f"find out which; to let it run, delete the row: {sql}"
            return replace(finding, fix=f"{fix}{then(self.check, verdict)}")
        why = told_briefly(verdict.faults) or verdict.migrate.because
        ban = f"; do not delete the row: {why}" if why else ""
        fix = f"find out which; put what is missing into a migration of its own{ban}"
        return replace(finding, fix=fix)

    def effect_without_row(self, finding: Finding) -> Finding:
        """A file whose work is there: its row is recorded, unless running it does nothing."""
        it, file = self._forecast(finding.path), self._file(finding.path)
        if file is None:
            return finding
        if it is not None and it.outcome is MigrationOutcome.NO_OP:
            migrate = self.check.migrate_name
            fix = f"nothing: the next {migrate} finds nothing to do in it, and records it"
            return replace(finding, severity=Severity.NOTE, fix=fix)
        record = recording(self.check, file)
        if not record.verdict.allowed:
            why = told_briefly(record.verdict.faults)
            return replace(finding, fix=f"do not insert its row: {why}")
        self.recorded.add(self.check.framework.numbering.bare(file.version))
        fix = (
            f"do not run {self.check.migrate_name} yet; compare them with the file, and if they "
            f"are the same, insert the row {file.version}: {record.command}"
            f"{then(self.check, record.verdict)}"
        )
        return replace(finding, fix=fix, command=record.command)

    def half_applied(self, finding: Finding) -> Finding:
        """A part is there. What holds rows is not to be taken away."""
        if not finding.fix.startswith("take away"):
            return finding
        fix = (
            f"do not run {self.check.migrate_name} yet: make the rest by hand and insert the row; "
            "what is there may hold data, so take nothing away"
        )
        return replace(finding, fix=fix)

    # what is known

    def _row(self, finding: Finding) -> RowVerdict | None:
        return self._rows.get(finding.version)

    def _file(self, path: str | None) -> MigrationFile | None:
        return self._files.get(path)

    def _forecast(self, path: str | None) -> Forecast | None:
        return self._forecasts.get(path)

    @cached_property
    def _rows(self) -> Mapping[str | None, RowVerdict]:
        """By version, the first row that has it."""
        return {it.row.version.text: it for it in reversed(self.check.diagnosis.rows)}

    @cached_property
    def _files(self) -> Mapping[str | None, MigrationFile]:
        return {file.path: file for file in self.check.inference.target.files.files}

    @cached_property
    def _forecasts(self) -> Mapping[str | None, Forecast]:
        return {it.file.path: it for it in self.check.prediction.migrations}

    def _loses(self, it: Forecast) -> bool:
        return any(loss.file == it.file for loss in self.check.now.unannounced())

    def _rather_than(self, other: InPlaceRepair) -> str:
        return f"; not the other way round: {other.refused}" if other.refused else ""

    def _not_yet(self, why: str | None) -> str:
        return f"do not run {self.check.migrate_name} yet" + (f": {why}" if why else "")


HANDLERS: Mapping[str, Callable[[FindingAdvice, Finding], Finding]] = {
    renamed.RENAMED.code: FindingAdvice.renamed,
    deleted.DELETED.code: FindingAdvice.deleted,
    reused_version.REUSED.code: FindingAdvice.reused,
    changed_file.NAME_CHANGED.code: FindingAdvice.slug_changed,
    pending_files.PENDING.code: FindingAdvice.pending,
    pending_files.PENDING_LATE.code: FindingAdvice.late,
    shared_names.SHARED_VERSION.code: FindingAdvice.shared_version,
    shared_names.SHARED_CLASS.code: FindingAdvice.shared_class,
    contested_versions.STORED_TWICE.code: FindingAdvice.by_rows,
    odd_timestamps.WRONG_LENGTH.code: FindingAdvice.misnumbered,
    odd_timestamps.IN_FUTURE.code: FindingAdvice.misnumbered,
    unknown_rows.NO_VERSION.code: FindingAdvice.no_version,
    renamed.NOT_RUN_HERE.code: FindingAdvice.pending,
    renamed.RECORDED_TWICE.code: FindingAdvice.doubled,
    catalog_contradictions.ROW_WITHOUT_EFFECT.code: FindingAdvice.row_without_effect,
    catalog_contradictions.EFFECT_WITHOUT_ROW.code: FindingAdvice.effect_without_row,
    catalog_contradictions.HALF_APPLIED.code: FindingAdvice.half_applied,
}
"""Who judges the advice of which finding."""
