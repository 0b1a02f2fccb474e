"""The next steps for one environment, each checked before it is given."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.findings import contested_versions, renamed, reused_version
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileRenamed,
    RowAmbiguous,
    RowOrphaned,
    RowReused,
)
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.next_steps import (
    Action,
    CommitAhead,
    InPlaceRepair,
    NextStep,
    NextSteps,
)
from analyzer.model.findings.prediction import Prediction
from analyzer.model.plans.plan import Refusal, RowPlan
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.records import Struct, replace
from analyzer.workflow.finding_fixes.finding_fixes import FindingFixes
from analyzer.workflow.forecast.fix_check import FixCheck
from analyzer.workflow.next_steps.typed_commands import naming
from analyzer.workflow.reading.recorded import recorded_of
from analyzer.workflow.walk import Walk

if TYPE_CHECKING:
    from analyzer.model.findings.follow_up import FollowUp
    from analyzer.model.plans.repair_path import PathStep, PathSteps
    from analyzer.workflow.repair.repairs import FileRepair

_IN_PLACE = frozenset(
    {
        renamed.RENAMED.code,
        reused_version.REUSED.code,
        contested_versions.STORED_TWICE.code,
        renamed.RECORDED_TWICE.code,
    }
)


def recommend(done: Walk) -> Walk:
    """The walk with the advice of every finding judged, and with what to do next."""
    return _recommended(Recommender(done))


def recommend_alike(done: Walk, known: "Recommender") -> Walk:
    """The same as `recommend` for what has been judged of an environment with the same rows."""
    return _recommended(known.of_twin(done))


def _recommended(recommender: "Recommender") -> Walk:
    report = recommender.done.report
    (environment,) = report.environments
    findings = recommender.finding_advice.all(report.findings)
    next_steps = recommender.next_steps(findings)
    told = replace(
        environment,
        prediction=_without_done(environment.prediction, recommender.check),
        next_steps=next_steps,
    )
    if recommender.scratch_order:
        notes = (*environment.table.notes, recommender.scratch_order)
        told = replace(told, table=replace(environment.table, notes=notes))
    report = replace(report, environments=(told,), findings=findings)
    return replace(recommender.done, report=report, recommender=recommender)


def _without_done(prediction: Prediction, check: FixCheck) -> Prediction:
    """The prediction without files that never run because all of their work is there."""
    if not prediction.never_runs:
        return prediction
    done = check.now.state.done
    left = tuple(it for it in prediction.never_runs if it.file.path not in done)
    return replace(prediction, never_runs=left)


_OF_NAMES = frozenset({"check", "finding_advice"})  # what is made anew for another environment


class Recommender(Struct, frozen=True, dict=True):
    """Plans the repairs of one environment, and judges each; ``done`` is its walk without advice.

    Everything is made when it is asked for.
    """

    done: Walk

    def of_twin(self, done: Walk) -> "Recommender":
        """The same for the walk of an environment with the same rows and catalogue."""
        twin = Recommender(done)
        known = {name: made for name, made in self.__dict__.items() if name not in _OF_NAMES}
        twin.__dict__.update(known, check=self.check.of_twin(done.inference))
        return twin

    def next_steps(self, findings: Sequence[Finding]) -> NextSteps:
        """Build all next steps."""
        ran = self.check.ran_before
        again = tuple(it.file for it in self.check.prediction.migrations if it.file.path in ran)
        steps = tuple(_steps(findings))
        if any(it.code in _IN_PLACE and it.severity is not Severity.NOTE for it in findings):
            ways = (self._full(self.files, self.moves), self._full(self.rows, self.texts))
        else:
            ways = (InPlaceRepair(), InPlaceRepair())
        left = frozenset(self.finding_advice.left)
        name = naming(self.done.inference.request)
        path = self._path(ways, steps, self._withheld(ways, left))
        return NextSteps(self.check.migrate, *ways, left, again, steps, path, name.asked, name.note)

    def _path(
        self, ways: Sequence[InPlaceRepair], steps: tuple[NextStep, ...], withheld: str
    ) -> "PathSteps":
        migrate = self.check.migrate
        is_open = any(isinstance(row, RowAmbiguous) for row in self.check.diagnosis.rows)
        paths = tuple(way.path for way in ways if way.open)
        is_cut = self.done.inference.repository.shallow and any(
            isinstance(row, RowOrphaned) for row in self.check.diagnosis.rows
        )
        told = None if paths else self._brought()
        if not (paths or steps or withheld or is_open or migrate.certain or is_cut or told):
            return ()  # as nearly always: nothing of it is loaded
        from analyzer.workflow.next_steps.repair_paths import path_out

        ahead = self.ahead
        return path_out(self.done, paths, steps, migrate, told, withheld=withheld, ahead=ahead)

    def _withheld(self, ways: Sequence[InPlaceRepair], left: frozenset[str]) -> str:
        """Say why what diverged cannot be repaired yet; empty where it can, or nothing did."""
        if any(way.open for way in ways) or not _is_diverged(self.check.diagnosis, left):
            return ""
        files, rows = ways
        return rows.refused or files.refused or ""

    @cached_property
    def follow_up(self) -> "FollowUp | None":
        """What edits of renamed files hid; None where there is nothing to bring."""
        from analyzer.workflow.next_steps.edited_renames import edited_renames

        if not any(edited_renames(self.done)):
            return None  # as nearly always
        from analyzer.workflow.next_steps.repair_paths import found_follow_up

        return found_follow_up(self.done)

    def _brought(self, way: RepairKind | None = None) -> "PathStep | None":
        if self.done.inference.framework.writer is not None:
            return None
        from analyzer.workflow.next_steps.by_person import brought_by_person

        return brought_by_person(self.done, way)

    @cached_property
    def scratch_order(self) -> str:
        """Where a migrate from scratch stops because what ran here was renamed; else empty."""
        files = self.done.report.environments[0].diagnosis.files
        renamed = any(isinstance(it, FileRenamed) and it.old_row is not None for it in files)
        read = self.done.inference
        if not renamed and not recorded_of(read.repository, read.target).renames:
            return ""
        from analyzer.workflow.next_steps.scratch_order import why_no_scratch

        return why_no_scratch(self.check)

    @cached_property
    def check(self) -> FixCheck:
        """What carries actions out in memory."""
        return FixCheck.of(self.done.inference, self.done.report.environments[0])

    @cached_property
    def finding_advice(self) -> FindingFixes:
        """What judges the advice of findings."""
        return FindingFixes(self.check, self)

    def beside_others(self) -> tuple[Finding, ...]:
        """The findings with the advice that holds where other databases were read as well."""
        check = replace(self.check, alone=False)
        return FindingFixes(check, self).all(self.done.report.findings)

    def _full(self, way: InPlaceRepair, action: Action) -> InPlaceRepair:
        """A way with its steps, and the migrate after it and after rows to be recorded besides."""
        if not way.open:
            return way
        beside = self.finding_advice.beside(action)
        if beside is not action:
            way = replace(way, migrate=self.check.judge(beside).migrate)
        planned = self._planned_files if action is self.moves else self._planned_rows
        plan = planned if isinstance(planned, RowPlan | Refusal) else planned.plan
        if isinstance(plan, Refusal):
            return way
        from analyzer.workflow.next_steps.repair_paths import path_by

        if self.follow_up is None:
            kind = RepairKind.REWRITE if isinstance(plan, RowPlan) else RepairKind.RENAME_BACK
            told = self._brought(kind)
            return replace(way, path=path_by(self.done, plan, way.migrate, told))
        from analyzer.workflow.next_steps.follow_up_tried import with_follow_up

        return with_follow_up(way, action, plan, self)

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
        if self.ahead is not None:
            return InPlaceRepair(refused=self.ahead.why)
        if planned.plan.moves and self.rows.changes and (stays := self._staying):
            return InPlaceRepair(refused=stays)
        return self._way(len(planned.plan.moves), self.moves)

    @cached_property
    def ahead(self) -> CommitAhead | None:
        """The commit that this checkout is to be brought up to, if that is all there is to do."""
        if not any(isinstance(it, FileRenamed) for it in self.check.diagnosis.files):
            return None  # as nearly always
        from analyzer.workflow.next_steps.older_checkout import commit_ahead

        return commit_ahead(self.done)

    @property
    def _staying(self) -> str:
        """Why files are to keep today's names: recorded so, or given back; else empty."""
        from analyzer.workflow.next_steps.recorded_names import why_they_stay

        return why_they_stay(self.done)

    @cached_property
    def rows(self) -> InPlaceRepair:
        """Rows get the versions of their files."""
        lacking = self.done.engine.why_without("row_changes")
        if lacking is not None:
            return InPlaceRepair(refused=lacking)
        planned = self._planned_rows
        if isinstance(planned, Refusal):
            return InPlaceRepair(refused=planned.why)
        if self.ahead is not None:
            return InPlaceRepair(refused=self.ahead.why)
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


def _is_diverged(diagnosis: Diagnosis, left: frozenset[str]) -> bool:
    """Whether a migrate would run again what ran, or a version names another migration today."""
    files = (it for it in diagnosis.files if isinstance(it, FileRenamed) and not it.new_row)
    again = (it.old_row for it in files if it.old_row is not None)
    reused = (it.row for it in diagnosis.rows if isinstance(it, RowReused))
    return any(row.version.text not in left for row in (*again, *reused))
