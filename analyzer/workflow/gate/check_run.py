"""One run of the gate: who may have run what, and what the rules find."""

from collections.abc import Iterator, Sequence

from analyzer.analysis.gate.change_detection import find_changes, without_unrun
from analyzer.analysis.gate.review import review
from analyzer.analysis.gate.rules.registry import GATE_RULES
from analyzer.analysis.gate.tried_commands import with_tried_commands
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.finding import Finding
from analyzer.model.gate.gate import Changes, GateReport, Sides
from analyzer.model.plans.gate_steps import Steps
from analyzer.records import replace
from analyzer.sources.git.tree import build_file_set
from analyzer.sources.history.two_points import added_between
from analyzer.workflow.gate.check_comparison import GateComparison
from analyzer.workflow.gate.check_evidence import EvidenceReader
from analyzer.workflow.gate.check_protected import Protected, unrun_files
from analyzer.workflow.gate.check_recognition import demand_some_application
from analyzer.workflow.gate.check_returned import find_returned, told, with_returned
from analyzer.workflow.gate.check_sides import Reader


class GateRun:
    """One judgement of a change, as it stands or with some steps carried out in memory."""

    def __init__(self, compared: GateComparison, reader: Reader | None = None) -> None:
        self.compared, self.reader = compared, reader or compared.reader

    def tried_report(self) -> GateReport:
        """The report, with commands that have been carried out in memory."""
        report = self.report()
        if not any(finding.steps for finding in report.findings):
            return report
        return replace(report, findings=with_tried_commands(report.findings, self.attempt))

    def report(self) -> GateReport:
        """Read, compare, judge."""
        compared, span = self.compared, self.compared.span
        then, tip = compared.before
        sides = Sides(then, self.reader.at_head(compared.folders), tip)
        applied = compared.applied
        rows = None if applied is None else applied.rows
        if rows is not None:
            sides = self._with_gone(sides, rows)
        unrun = self._unrun(sides)
        changes = find_changes(sides, compared.texts.pair)
        returned = find_returned(compared, sides, changes, rows)
        if returned:
            sides = with_returned(sides, returned)
            changes = find_changes(sides, compared.texts.pair)
        self.sides = sides
        self.changes = changes = without_unrun(changes, unrun)
        evidence = EvidenceReader(compared, self.reader, returned)
        self.reviewed = evidence.of(sides, changes, self._protected(rows, unrun))
        verdict = review(self.reviewed, compared.settings.severities)
        return GateReport(
            str(compared.repository.path),
            span.base.name,
            span.base.commit,
            span.start,
            compared.head.name,
            compared.folders,
            len(sides.start.files) - len(returned),
            len(changes.added),
            verdict.findings,
            verdict.allowed,
            (*self._notes(sides, changes), *told(returned)),
            GATE_RULES,
            compared.unread,
            staged=compared.head.staged,
            same=self._is_own_base(),
        )

    def _is_own_base(self) -> bool:
        """Whether a commit was compared with itself, as after a push to the base."""
        span, then = self.compared.span, self.compared.before[0].files
        if not span.base.commit == span.start == self.compared.head.commit:
            return False
        return {*then} == {*self.reader.at_head(self.compared.folders).files}

    def attempt(self, told: Sequence[Steps]) -> Sequence[Finding] | None:
        """Judge the change again, with steps carried out in memory; None where one fails."""
        from analyzer.workflow.gate.trials.trial_reader import StepFailsError, TrialReader

        reader = TrialReader(self.reader)
        try:
            reader.carry_out(step for steps in told for step in steps)
        except StepFailsError:
            return None
        return self.after(reader).findings

    def has_file(self, path: str) -> bool:
        """Whether the change has a regular file at a path."""
        return self.reader.file_at_head(path, 1) is not None

    def after(self, reader: Reader) -> GateReport:
        """Judge the change again, as another reader shows it."""
        return GateRun(self.compared, reader).report()

    def _with_gone(self, sides: Sides, rows: frozenset[VersionKey]) -> Sides:
        """With what the change itself added and took away again, and what ran in between."""
        there = {file.version.key for side in (sides.start, sides.head) for file in side.files}
        entries = (
            added_between(
                self.compared.repository,
                self.compared.span.start,
                self.compared.head.commit,
                self.compared.folders,
            )
            if rows - there and self.compared.folders
            else ()
        )
        ran = build_file_set(
            entries,
            framework=self.compared.framework,
            ref="",
            commit=None,
            directories=self.compared.folders,
            read=self.compared.repository.read_blobs,
        )
        gone = {
            file.version.key: file for file in ran.files if file.version.key in rows - there
        }.values()
        return Sides(
            replace(sides.start, files=(*sides.start.files, *gone)),
            sides.head,
            replace(sides.tip, files=(*sides.tip.files, *gone)),
        )

    def _unrun(self, sides: Sides) -> frozenset[str]:
        """The paths of merged files that cannot have run, or did not."""
        compared, then = self.compared, sides.start
        if then is compared.before[0]:
            unrun = compared.unrun
        else:
            unrun = unrun_files(compared.repository, compared.span.start, then, compared.groups)
        if compared.applied is None:
            return unrun
        return unrun | compared.applied.never_ran(
            then.files, compared.framework, self.reader.content
        )

    def _protected(self, rows: frozenset[VersionKey] | None, unrun: frozenset[str]) -> Protected:
        after = self.compared.settings.start_after
        start = None if after is None else self.compared.framework.numbering.typed(after)
        return Protected(start, rows, self.compared.released, unrun)

    def _notes(self, sides: Sides, changes: Changes) -> Iterator[str]:
        for it in self.compared.unread:
            yield (
                f"environment {it.name} could not be read ({it.error.what}): every merged "
                "migration counts as deployed"
            )
        if self._is_own_base():
            yield (
                "name the commit that was there before the change: --base REV; after a push, that "
                "is the one before it, such as HEAD~1"
            )
        if not any(side.files or side.ignored for side in (sides.start, sides.head)):
            yield demand_some_application(self.reader, self.compared.span.start)
        large = [
            file.path
            for file in (*changes.added, *(one.new for one in changes.edited))
            if self.reader.is_large(file.blob)
        ]
        if large:
            yield f"larger than 1 MB, and read to there only: {', '.join(large)}"
