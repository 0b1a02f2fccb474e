"""The recommendations for one environment, each checked before it is given."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.findings import contested_versions, renamed, reused_version
from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import Prediction
from analyzer.model.findings.recommendation import (
    FILES_SCRIPT,
    ROWS_SCRIPT,
    Action,
    InPlaceRepair,
    NextStep,
    Recommendations,
    ScriptRuns,
)
from analyzer.model.findings.rename import Rename
from analyzer.model.findings.report import Report
from analyzer.model.plans.plan import InsertRow, Refusal, RowPlan
from analyzer.records import Struct, replace
from analyzer.workflow.advice.finding_advice import FindingAdvice
from analyzer.workflow.advice.typed_commands import naming, typed_file, typed_moves
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.advice_check import AdviceCheck
from analyzer.workflow.walk import Walk

if TYPE_CHECKING:
    from analyzer.workflow.repair.repairs import FileRepair

_IN_PLACE = frozenset(
    {
        renamed.RENAMED.code,
        reused_version.REUSED.code,
        contested_versions.STORED_TWICE.code,
        renamed.RECORDED_TWICE.code,
    }
)


def with_recommendations(report: Report, inference: Inference) -> Report:
    """The report with the advice of every finding judged, and with what to do next."""
    (environment,) = report.environments
    recommender = _Recommender(Walk(report, inference))
    findings = recommender.finding_advice.all(report.findings)
    recommendations = recommender.recommendations(findings)
    told = replace(
        environment,
        prediction=_without_done(environment.prediction, recommender.check),
        recommendations=recommendations,
    )
    return replace(report, environments=(told,), findings=findings)


def _without_done(prediction: Prediction, check: AdviceCheck) -> Prediction:
    """The prediction without files that never run because all of their work is there."""
    if not prediction.never_runs:
        return prediction
    done = check.now.state.done
    left = tuple(it for it in prediction.never_runs if it.file.path not in done)
    return replace(prediction, never_runs=left)


def edited_renames(done: Walk) -> Iterator[Rename]:
    """Find migrations renamed after they ran whose text may do something else today."""
    changed = done.inference.effects_changed
    for it in done.report.environments[0].diagnosis.files:
        if isinstance(it, FileRenamed) and it.old_row is not None:
            old, new = it.rename.old.blob, it.rename.new.blob
            if old != new and changed(old, new) is not False:
                yield it.rename


class _Recommender(Struct, frozen=True, dict=True):
    done: Walk

    def recommendations(self, findings: Sequence[Finding]) -> Recommendations:
        """Build all recommendations."""
        ran = self.check.ran_before
        again = tuple(it.file for it in self.check.prediction.migrations if it.file.path in ran)
        steps = tuple(_steps(findings))
        if any(it.code in _IN_PLACE and it.severity is not Severity.NOTE for it in findings):
            ways = (self._with_rows(self.files, self.moves), self._with_rows(self.rows, self.texts))
        else:
            ways = (InPlaceRepair(), InPlaceRepair())
        left = frozenset(self.finding_advice.left)
        request, repository = self.check.inference.request, self.check.inference.repository
        name = naming(request)
        scripts = ScriptRuns(
            typed_moves(repository.work_tree, FILES_SCRIPT), typed_file(request, ROWS_SCRIPT)
        )
        edited = any(way.open for way in ways) and any(edited_renames(self.done))
        draft = self._draft if edited else ""
        return Recommendations(
            self.check.migrate, *ways, left, again, steps, draft, name.asked, name.note, scripts
        )

    @property
    def _draft(self) -> str:
        """A file's name for a draft; empty where the framework's migrations cannot be written."""
        framework = self.done.inference.framework
        if framework.writer is None:
            return ""
        return f"follow_up.{framework.files.example.rpartition('.')[2]}"

    @cached_property
    def check(self) -> AdviceCheck:
        return AdviceCheck.of(self.done.inference, self.done.report.environments[0])

    @cached_property
    def finding_advice(self) -> FindingAdvice:
        return FindingAdvice(self.check, self)

    def _with_rows(self, way: InPlaceRepair, action: Action) -> InPlaceRepair:
        """A way, with the migrate after it and after the rows that are to be recorded besides."""
        if not way.open or not self.finding_advice.recorded:
            return way
        rows = tuple(InsertRow(TableRow(it)) for it in sorted(self.finding_advice.recorded))
        return replace(
            way, migrate=self.check.judge(replace(action, rows=(*action.rows, *rows))).migrate
        )

    @cached_property
    def moves(self) -> Action:
        """Describe the effect of giving files their old names."""
        planned = self._planned_files
        if isinstance(planned, Refusal):
            return Action()
        return self.check.renames(planned.plan, planned.contents)

    @cached_property
    def texts(self) -> Action:
        """Describe the effect of rewriting rows."""
        planned = self._planned_rows
        return Action() if isinstance(planned, Refusal) else Action(rows=planned.steps)

    @cached_property
    def _planned_files(self) -> "FileRepair | Refusal":
        from analyzer.workflow.repair.repairs import plan_files

        return plan_files(self.done, self.check)

    @cached_property
    def _planned_rows(self) -> RowPlan | Refusal:
        from analyzer.workflow.repair.repairs import plan_rows

        return plan_rows(self.done, self.check)

    @cached_property
    def files(self) -> InPlaceRepair:
        """Files get the names under which they ran."""
        planned = self._planned_files
        if isinstance(planned, Refusal):
            return InPlaceRepair(refused=planned.why)
        return self._way(len(planned.plan.moves), self.moves)

    @cached_property
    def rows(self) -> InPlaceRepair:
        """Rows get the versions of their files."""
        planned = self._planned_rows
        if isinstance(planned, Refusal):
            return InPlaceRepair(refused=planned.why)
        return self._way(len(planned.steps), self.texts)

    def _way(self, changes: int, action: Action) -> InPlaceRepair:
        return (
            InPlaceRepair(changes, None, self.check.judge(action).migrate)
            if changes
            else InPlaceRepair()
        )


def _steps(findings: Sequence[Finding]) -> list[NextStep]:
    """The repairs of single rows and files that carry a command, each once."""
    told = [
        NextStep(it.what, it.command)
        for it in findings
        if it.command is not None and it.severity is not Severity.NOTE
    ]
    return list({step.command: step for step in reversed(told)}.values())[::-1]
