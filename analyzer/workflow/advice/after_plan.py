"""One environment after the steps that a plan for all has for it, carried out in memory."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from analyzer.analysis.advice.tried_in_memory import (
    PredictedMigrate,
    carry_out,
    next_migrate,
)
from analyzer.analysis.diagnosis.findings.pending_files import is_late
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.next_steps import Action
from analyzer.model.plans.plan import InsertRow, Refusal, RowPlan, UpdateRow
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.records import replace
from analyzer.workflow.next_steps.follow_up_tried import as_file, tried_with
from analyzer.workflow.next_steps.next_steps import Recommender
from analyzer.workflow.next_steps.repair_paths import path_by
from analyzer.workflow.next_steps.shared_steps import action_of, reaches
from analyzer.workflow.repair.repairs import plan_rows
from analyzer.workflow.walk import Walk

Moves = tuple[tuple[str, MigrationFile], ...]
"""Files under other versions, each with the path that it has before."""


class AfterPlan:
    """One environment after the steps that a plan has for it.

    Args:
        singles: the commands of the plan that change single files.
        follow_up: the one that the plan drafts before pending migrations; None where it is last.
    """

    def __init__(
        self,
        done: Walk,
        joint: JointChoice,
        walks: Sequence[Walk],
        singles: Sequence[str] = (),
        follow_up: FollowUp | None = None,
    ) -> None:
        self.done = done
        self.name = done.report.environments[0].table.environment
        self._may_follow = joint.way is JointWay.ROWS and self.name not in joint.mend
        recommender = judge_of(done)
        self.check = recommender.check
        self.command = self.check.migrate_name
        drafted = as_file(self.check, follow_up) if follow_up is not None else None
        more = (Action(added=(drafted,)),) if drafted is not None else ()
        self.drafted = drafted.path if drafted is not None else None
        self._actions = (*_planned(recommender, joint, walks, singles), *more)
        self.base = self.check.after(*self._actions) if self._actions else self.check.now
        self._known: dict[Moves, PredictedMigrate] = {(): self.base}

    @property
    def goes_on(self) -> bool:
        """Whether the next migrate does nothing that is certain to do harm."""
        return not next_migrate(self.base).certain

    @property
    def because(self) -> str:
        """What stops it."""
        return next_migrate(self.base).because

    @cached_property
    def follows(self) -> bool:
        """Whether its rows, which the plan leaves, may be rewritten once its steps are done."""
        if not (self._actions and self._may_follow):
            return False
        there = self.check.at(self.base)
        planned = plan_rows(self.done, there)
        if isinstance(planned, Refusal) or not planned.steps:
            return False
        return not there.judge(Action(rows=planned.steps)).migrate.certain

    def after(self, moves: Moves) -> PredictedMigrate:
        """The same once files are put last, and once the rows of those that ran follow."""
        if moves not in self._known:
            self._known[moves] = self.check.after(*self._actions, self._following(moves))
        return self._known[moves]

    def _following(self, moves: Moves) -> Action:
        here = {it.path for it in self.base.state.files.files}
        own = tuple((path, after) for path, after in moves if path in here)
        return Action(rows=tuple(self._rows(own)), moved=own)

    def late(self, moves: Moves) -> int:
        """How many pending files come late here then: older than what ran."""
        state = self.after(moves).state
        newest = max(state.applied, default=None)
        pending = [it for it in state.files.files if it.version.key not in state.applied]
        return sum(is_late(it, newest) for it in pending)

    def ran(self, moves: Moves) -> bool:
        """Whether one of the files ran here."""
        return any(self._rows(moves))

    def _rows(self, moves: Moves) -> Iterator[UpdateRow]:
        files = {it.path: it for it in self.base.state.files.files}
        for path, after in moves:
            if path in files and path in self.base.state.ran_as:
                key, read = files[path].version.key, self.base.state.read
                rows = (it for it in self.base.state.rows if read(it.version).key == key)
                new = self.check.framework.store.row_of(after)
                yield from (UpdateRow(row, new) for row in rows)

    def rewriting(self, moves: Moves) -> PathSteps:
        """The steps by which the rows follow files that are moved."""
        rows = self.check.now.state.rows
        steps = tuple(self._rows(moves))
        after = carry_out(self.check.now.state, Action(rows=steps)).rows
        plan = RowPlan(self.check.inference.table.table, _texts(rows), steps, _texts(after))
        return tuple(
            replace(
                step,
                says=f"A file that ran on {self.name} has another version; its row is rewritten",
            )
            if step.stage is PathStage.APPLY
            else step
            for step in path_by(self.done, plan)
        )

    def hold(self, why: str) -> PathStep:
        """Why not to deploy, with what stops it."""
        says = f"Do not deploy yet: {self.command} would still stop on {self.name}: {self.because}"
        if self.follows:
            then = "once the steps above are done, its rows can get the new versions"
            return PathStep(PathStage.HOLD, f"{says}; {then}", environment=self.name)
        mended = f"this plan does not make {self.name} whole: {why}"
        return PathStep(PathStage.HOLD, f"{says}; {mended}", environment=self.name)


def _texts(rows: Sequence[TableRow]) -> tuple[str, ...]:
    return tuple(sorted(row.text for row in rows))


def judge_of(done: Walk) -> Recommender:
    """What judges advice on the environment of a walk: the one that was used, or a new one."""
    return done.recommender if done.recommender is not None else Recommender(done)


def follow_up_of(joint: JointChoice, walks: Sequence[Walk]) -> tuple[Walk, FollowUp] | None:
    """The follow-up of a plan for all, at its place, and who drafts it; None where it is last.

    The first environment that is to be repaired drafts it for all of them. It comes before what
    needs it in any of them.
    """
    found = [(done, judge_of(done).follow_up) for done in walks]
    drafts = [(done, it) for done, it in found if it is not None]
    needed_by = tuple(dict.fromkeys(path for _, it in drafts for path in it.needed_by))
    mine = [(done, it) for done, it in drafts if _name(done) in joint.mend]
    if not needed_by or not mine:
        return None
    done, first = mine[0]
    recommender = judge_of(done)
    files = joint.way is JointWay.FILES
    action = _moves_of_all(recommender, walks) if files else recommender.texts
    wide = replace(first, needed_by=needed_by)
    return done, tried_with(recommender.check, wide, action, None)[0]


def _name(done: Walk) -> str:
    return done.report.environments[0].table.environment


def _planned(
    recommender: Recommender, joint: JointChoice, walks: Sequence[Walk], singles: Sequence[str]
) -> Iterator[Action]:
    """What the plan for all does to one environment."""
    environment = recommender.done.report.environments[0]
    if joint.way is JointWay.ROWS and environment.table.environment in joint.mend:
        yield recommender.texts
    if joint.way is JointWay.FILES:
        yield _moves_of_all(recommender, walks)
    recorded = sorted(recommender.finding_advice.recorded)
    if recorded:
        yield Action(rows=tuple(InsertRow(TableRow(it)) for it in recorded))
    for command in singles:
        if reaches(recommender.done, command):
            action = action_of(command, recommender.check)
            if action is not None:
                yield action


def _moves_of_all(recommender: Recommender, walks: Sequence[Walk]) -> Action:
    """The names that files get back, of those files that this environment has."""
    here = {file.path for file in recommender.check.now.state.files.files}
    moved = {path: after for it in walks for path, after in judge_of(it).moves.moved}
    return Action(moved=tuple((path, after) for path, after in moved.items() if path in here))
