"""What a plan for all environments comes to in each: its steps are carried out in memory.

A plan that says to deploy must leave no environment where the next migrate stops. Where one
would, the file that stops it gets the last version, so that it runs behind what it needs; what
that does to every environment is foretold as well, and where the file ran its row follows.
"""

from collections.abc import Iterator, Sequence

from analyzer.analysis.advice.repair_path import committed
from analyzer.analysis.advice.tried_in_memory import (
    PredictedMigrate,
    carry_out,
    judge,
    next_migrate,
    told_briefly,
)
from analyzer.analysis.diagnosis.findings.next_migrate import FAILS
from analyzer.analysis.diagnosis.findings.pending_files import IF_NEVER_RAN
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.next_steps import Action
from analyzer.model.plans.plan import InsertRow, RowPlan, UpdateRow
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace
from analyzer.workflow.forecast.fix_check import renamed
from analyzer.workflow.forecast.name_changes import git_mv
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.next_steps import Recommender
from analyzer.workflow.next_steps.repair_paths import path_by
from analyzer.workflow.next_steps.shared_steps import action_of, harm_on_any
from analyzer.workflow.walk import Walk

_TRIES = 5  # files that are put last, one after another
_MOVED = "Put migrations behind what they need"

Moves = tuple[tuple[str, MigrationFile], ...]


class PlanOutcome(Struct, frozen=True):
    """What a plan is to do besides the repairs, so that it leaves no environment broken.

    ``ahead`` comes before all repairs; ``ran`` has the steps by environment for rows of files that
    it moves; ``whole`` are the environments that it mends, and ``holds`` says of the others why
    they stop.
    """

    ahead: PathSteps = ()
    ran: tuple[tuple[str, PathSteps], ...] = ()
    whole: frozenset[str] = frozenset()
    holds: PathSteps = ()


def outcome_of(joint: JointChoice, walks: Sequence[Walk]) -> PlanOutcome:
    """Carry out the plan for all environments, and mend what still stops one of them."""
    sides = [_AfterPlan(done, joint, walks) for done in walks]
    stopped = [side for side in sides if not side.goes_on]
    if not stopped:
        return PlanOutcome()
    moves, why = _mending(sides, joint)
    if why:
        return PlanOutcome(holds=tuple(side.hold(why) for side in stopped))
    lines = (git_mv(Action(moved=moves)).replace("git mv", f"{git_here(walks[0])} mv"),)
    paths = [path for source, file in moves for path in (source, file.path)]
    commit = committed(PathStage.KEEP, git_here(walks[0]), _MOVED, paths).commands
    first = PathStep(
        PathStage.KEEP, _because(sides, stopped, moves), (*lines, *commit), files=tuple(paths)
    )
    ran = tuple((side.name, side.rewriting(moves)) for side in sides if side.ran(moves))
    return PlanOutcome((first,), ran, frozenset(side.name for side in sides))


def with_answer(finding: Finding, walks: Sequence[Walk]) -> Finding:
    """The finding with the answer to whether its file ran anywhere, as far as that was read."""
    before, asked, then = finding.fix.partition(IF_NEVER_RAN)
    if not asked or not walks[1:]:
        return finding
    path = finding.path or ""
    ran = [
        done.report.environments[0].table.environment
        for done in walks
        if _judge_of(done).check.has_run(path)
    ]
    unless, _, otherwise = then.partition("; otherwise ")
    if not ran:
        says = f"it ran on none of the environments that were read: {unless}"
    elif finding.code == FAILS.code:
        says = (
            f"it ran on {enumerated(ran)}, where it would run again under another version: "
            "see the steps for all environments"
        )
    else:
        says = f"it ran on {enumerated(ran)}: {otherwise or 'leave its name as it is'}"
    return replace(finding, fix=f"{before}{says}")


def _because(sides: "Sequence[_AfterPlan]", stopped: "Sequence[_AfterPlan]", moves: Moves) -> str:
    names = enumerated([source.rpartition("/")[2] for source, _ in moves])
    says = f"On {enumerated([it.name for it in stopped])} the next {stopped[0].command} would "
    says += f"still stop: {stopped[0].because}. Put {names} behind what "
    says += "it needs" if not moves[1:] else "they need"
    ran = [side.name for side in sides if side.ran(moves)]
    if ran:
        says += f"; the row of {enumerated(ran)} follows" if not ran[1:] else ""
        says += f"; the rows of {enumerated(ran)} follow" if ran[1:] else ""
    return says


def _mending(sides: "Sequence[_AfterPlan]", joint: JointChoice) -> tuple[Moves, str]:
    """The files to put last, in order; or why that mends nothing."""
    moves: Moves = ()
    for _ in range(_TRIES):
        stopped = next((it for it in sides if not next_migrate(it.after(moves)).safe), None)
        if stopped is None:
            break
        failure = stopped.after(moves).prediction.fails_at
        file = failure.file if failure is not None else None
        if file is None or any(file.path == it.path for _, it in moves):
            because = next_migrate(stopped.after(moves)).because
            tried = " even when it is put last" if file is not None else ""
            return (), f"on {stopped.name} {because}{tried}"
        moves = (*moves, (file.path, _last(sides, file, moves)))
    for side in sides:
        faults = judge(side.check.now, side.after(moves)).faults
        if faults or not next_migrate(side.after(moves)).safe:
            because = told_briefly(faults) or next_migrate(side.after(moves)).because
            return (), f"with its file put last, on {side.name} {because}"
    if joint.way is JointWay.FILES and any(side.ran(moves) for side in sides):
        ran = enumerated([side.name for side in sides if side.ran(moves)])
        return (), f"its file ran on {ran} and cannot get another version beside old names"
    return moves, ""


def _last(sides: "Sequence[_AfterPlan]", file: MigrationFile, moves: Moves) -> MigrationFile:
    """The file with a version behind all files and rows of every environment."""
    taken = {it.version.key for _, it in moves}
    for side in sides:
        taken |= side.check.now.state.applied | side.base.state.applied
        taken |= {it.version.key for it in side.base.state.files.files}
    framework = sides[0].check.framework
    version = framework.numbering.last_as_wide(file.version, taken)
    return renamed(framework, file, file.path_under(framework.numbering.read(version)))


class _AfterPlan:
    """One environment after the steps that a plan has for it."""

    def __init__(self, done: Walk, joint: JointChoice, walks: Sequence[Walk]) -> None:
        self.done = done
        self.name = done.report.environments[0].table.environment
        recommender = _judge_of(done)
        self.check = recommender.check
        self.command = self.check.migrate_name
        self._actions = (*_planned(recommender, joint, walks),)
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

    def after(self, moves: Moves) -> PredictedMigrate:
        """The same once files are put last, and once the rows of those that ran follow."""
        if moves not in self._known:
            self._known[moves] = self.check.after(*self._actions, self._following(moves))
        return self._known[moves]

    def _following(self, moves: Moves) -> Action:
        here = {it.path for it in self.base.state.files.files}
        own = tuple((path, after) for path, after in moves if path in here)
        return Action(rows=tuple(self._rows(own)), moved=own)

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
                step, says=f"A file that ran on {self.name} has another version; its row follows"
            )
            if step.stage is PathStage.APPLY
            else step
            for step in path_by(self.done, plan)
        )

    def hold(self, why: str) -> PathStep:
        """Why not to deploy, with what stops it."""
        says = f"Do not deploy yet: {self.command} would still stop on {self.name}: {self.because}"
        mended = f"this plan does not make {self.name} whole: {why}"
        return PathStep(PathStage.HOLD, f"{says}; {mended}", environment=self.name)


def _texts(rows: Sequence[TableRow]) -> tuple[str, ...]:
    return tuple(sorted(row.text for row in rows))


def _judge_of(done: Walk) -> Recommender:
    return done.recommender if done.recommender is not None else Recommender(done)


def _planned(
    recommender: Recommender, joint: JointChoice, walks: Sequence[Walk]
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
    told = environment.next_steps.steps
    for step in told:
        if step.command is None or not step.command.startswith("git "):
            continue
        action = action_of(step.command, recommender.check)
        if action is not None and harm_on_any(step, walks) is None:
            yield action


def _moves_of_all(recommender: Recommender, walks: Sequence[Walk]) -> Action:
    """The names that files get back, of those files that this environment has."""
    here = {file.path for file in recommender.check.now.state.files.files}
    moved = {path: after for it in walks for path, after in _judge_of(it).moves.moved}
    return Action(moved=tuple((path, after) for path, after in moved.items() if path in here))


def without_repaired(paths: PathSteps, name: str, outcome: PlanOutcome) -> PathSteps:
    """A path without the stop that the outcome mends, or says in more words."""
    said = {step.environment for step in outcome.holds} | outcome.whole
    return tuple(it for it in paths if it.stage is not PathStage.HOLD or name not in said)


def with_rows(
    paths: Sequence[tuple[str, PathSteps]], outcome: PlanOutcome
) -> list[tuple[str, PathSteps]]:
    """Each environment's path, with the rewrite of rows that follow a moved file."""
    found = [(name, without_repaired(path, name, outcome)) for name, path in paths]
    more = dict(outcome.ran)
    return [
        (name, path if name not in more or _rewrites(path) else (*path, *more[name]))
        for name, path in found
    ]


def _rewrites(path: PathSteps) -> bool:
    return any(it.stage is PathStage.APPLY and it.way is RepairKind.REWRITE for it in path)
