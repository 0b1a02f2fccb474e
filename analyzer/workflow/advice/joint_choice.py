"""Which way repairs all environments together; each way is carried out in memory on every one."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from analyzer.analysis.advice.deploy_step import looked
from analyzer.analysis.advice.joint_plan import plan_for_all
from analyzer.analysis.advice.repair_path import with_singles
from analyzer.analysis.advice.tried_in_memory import told_briefly
from analyzer.analysis.diagnosis.rename_matrix import names_with_new
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.next_steps import Action, NextSteps
from analyzer.model.findings.report import Report
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated
from analyzer.records import replace
from analyzer.workflow.advice.plan_outcome import PlanOutcome, outcome_of, with_rows
from analyzer.workflow.advice.recording_step import recording_steps
from analyzer.workflow.forecast.fix_check import FixCheck
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.shared_steps import harm_on_any
from analyzer.workflow.next_steps.typed_commands import typed, typed_for_all
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import advice_check_of, plan_files
from analyzer.workflow.walk import Walk


def choose_jointly(
    walks: Sequence[Walk], report: Report, requests: Sequence[Request]
) -> JointChoice:
    """Choose the way for all environments of a report, and say what is to be done for it.

    Files are better than rows as long as nobody recorded a new name: one commit mends all, and no
    database is changed. As soon as somebody did, or may have, files must keep their names.

    Args:
        walks: those of the environments that could be read.
        report: the joint one.
        requests: those of all environments.
    """
    sides = [_OneOfAll(done) for done in walks]
    joint = _Choice(sides, report).made()
    return replace(joint, path=tuple(_path(sides, joint, requests)))


def _path(
    sides: Sequence["_OneOfAll"], joint: JointChoice, requests: Sequence[Request]
) -> Iterator[PathStep]:
    """All steps for all environments, from the stop of deploys on."""
    walks = [side.done for side in sides]
    plan = plan_of_all(((it.name, it.path(joint, walks)) for it in sides), joint, walks, requests)
    lead = {step.stage: step for side in sides for step in side.next_steps.path}
    unsafe = [side for side in sides if side.next_steps.path]
    if not unsafe or (joint.way is JointWay.NOTHING and not plan):
        return
    yield from (step for step in plan if step.stage is PathStage.LOST)
    yield replace(
        lead[PathStage.STOP], says=lead[PathStage.STOP].says.replace("this database", "any of them")
    )
    yield from (lead[it] for it in (PathStage.PREPARE,) if it in lead)
    if joint.way is JointWay.SETTLE:
        yield from (step for side in sides for step in side.settling)
        return
    if plan and not any(it.is_fleet for it in requests):
        says = "See what suits all of them, and what it costs"
        yield PathStep(PathStage.ADVISE, says, (typed_for_all(requests, "advise"),))
    yield from (step for step in plan if step.stage is not PathStage.LOST)


def plan_of_all(
    paths: Iterable[tuple[str, PathSteps]],
    joint: JointChoice,
    walks: Sequence[Walk],
    requests: Sequence[Request],
) -> PathSteps:
    """The steps that mend all environments; none where something is to be settled first.

    Args: paths: by environment, the steps of its own repair.
    """
    if joint.way is JointWay.SETTLE or not walks:
        return ()
    fresh = [replace(request, decisions=()) for request in requests]
    look = typed_for_all(fresh, "diagnose") if fresh[1:] else typed(fresh[0], "diagnose")
    says = "Diagnose again: it says what is left in each"
    paths = [*paths]
    rewritten = {name for name, path in paths if any(map(_rewrites, path))}
    ours = (it.rows for it in requests if it.environment in rewritten)
    listed = [visible(it) for it in ours if it is not None and it != "-"]
    migrate = walks[0].inference.framework.commands.migrate
    ending = replace(looked("", says, listed), commands=(look,))
    outcome = PlanOutcome()
    if any(path for _, path in paths) or any(map(_stops, walks)):
        outcome = outcome_of(joint, walks, [path for _, path in paths])
    return plan_for_all(
        with_rows(paths, outcome),
        joint,
        ending,
        migrate,
        _unread(walks, requests),
        (*outcome.ahead, *recording_steps(joint, walks)),
        outcome.holds,
    )


def _rewrites(step: PathStep) -> bool:
    return step.stage is PathStage.APPLY and step.way is RepairKind.REWRITE


def _stops(done: Walk) -> bool:
    return done.report.environments[0].next_steps.migrate.certain


def _unread(walks: Sequence[Walk], requests: Sequence[Request]) -> list[str]:
    """The environments that no walk is of; of a fleet there may be several, NAME:1 and so on."""
    read = {done.report.environments[0].table.environment for done in walks}
    fleets = {name.partition(":")[0] for name in read}
    return [it.environment for it in requests if it.environment not in read | fleets]


class _OneOfAll:
    """One environment, and what each way would do there."""

    def __init__(self, done: Walk) -> None:
        self.done = done
        self.environment = done.report.environments[0]
        self.name = self.environment.table.environment

    @property
    def next_steps(self) -> NextSteps:
        return self.environment.next_steps

    @property
    def is_open(self) -> bool:
        """Whether a row could stand for several files, or several commits for the rows."""
        return any(step.stage is PathStage.SETTLE for step in self.next_steps.path)

    @property
    def needs_repair(self) -> bool:
        """Whether rows and files are to be brought together, by whichever way."""
        ways = (self.next_steps.files, self.next_steps.rows)
        return any(way.changes or way.refused for way in ways)

    @property
    def settling(self) -> Iterator[PathStep]:
        """The question that its rows leave open."""
        for step in self.next_steps.path:
            if step.stage is PathStage.SETTLE:
                yield replace(step, environment=self.name)

    def path(self, joint: JointChoice, walks: Sequence[Walk]) -> PathSteps:
        """The steps of its own repair, as the choice for all lets it be."""
        way = self.next_steps.rows if joint.way is JointWay.ROWS else self.next_steps.files
        chosen = way.path if self.name in joint.mend else ()
        steps = [it for it in self.next_steps.steps if harm_on_any(it, walks) is None]
        return with_singles(chosen, steps, git_here(self.done))

    @cached_property
    def check(self) -> FixCheck:
        return advice_check_of(self.done)

    @cached_property
    def moves(self) -> Action:
        """The names that files would get back for this environment."""
        planned = plan_files(self.done, self.check)
        if isinstance(planned, Refusal):
            return Action()
        return self.check.renames(planned.plan, planned.contents)

    def faults(self, moves: Action) -> str:
        """What is wrong with moves of files, here; empty where nothing is."""
        return told_briefly(self.check.judge(moves).faults)


class _Choice:
    """The choice between the ways."""

    def __init__(self, sides: Sequence[_OneOfAll], report: Report) -> None:
        self._sides, self._report = sides, report
        self._needy = [side for side in sides if side.needs_repair]

    def made(self) -> JointChoice:
        """Make it."""
        settle = [side.name for side in self._sides if side.is_open]
        if settle:
            why = f"rows of {enumerated(settle)} could stand for more than one file"
            return JointChoice(JointWay.SETTLE, (why,))
        if not self._needy:
            return JointChoice(JointWay.NOTHING)
        against = tuple(self._against_files())
        if not against:
            return JointChoice(JointWay.FILES, (_ONE_COMMIT,), tuple(self._covering()))
        mend = tuple(side.name for side in self._needy if side.next_steps.rows.open)
        stuck = tuple(
            (side.name, side.next_steps.rows.refused or "its rows need no change")
            for side in self._needy
            if not side.next_steps.rows.open
        )
        return JointChoice(JointWay.ROWS, against, mend, stuck)

    def _against_files(self) -> Iterator[str]:
        """Why files must keep their names of today."""
        new = names_with_new(self._report.renames)
        if new:
            yield f"{enumerated(new)} ran new names already: files must keep them"
        unread = [it.name for it in self._report.unread]
        if unread:
            names = enumerated(unread)
            yield f"{names} could not be read and may have run the new names: files must keep them"
        if new:
            return  # that is enough
        for side in self._needy:
            if not side.next_steps.files.open:
                why = side.next_steps.files.refused or "there is no file to move"
                yield f"files cannot get back the names that {side.name} ran: {why}"
        yield from self._contradictions()
        yield from self._harm()

    def _contradictions(self) -> Iterator[str]:
        """A file can get back one name only."""
        targets: dict[str, tuple[str, str]] = {}
        for side in self._needy:
            for path, after in side.moves.moved:
                name, known = targets.setdefault(path, (side.name, after.path))
                if known != after.path:
                    yield f"{name} ran {path} as {known}, and {side.name} as {after.path}"

    def _harm(self) -> Iterator[str]:
        """What the moves of all would do to each, by the simulation of its next migrate."""
        moved = {path: after for side in self._needy for path, after in side.moves.moved}
        for side in self._sides:
            here = {file.path for file in side.done.report.repository.files.files}
            own = tuple((path, after) for path, after in moved.items() if path in here)
            if not own:
                continue  # the files of another database, or of another application
            faults = side.faults(Action(moved=own))
            if faults:
                yield f"with the old names, on {side.name} {faults}"

    def _covering(self) -> Iterator[str]:
        """Environments whose moves together are those of all, those with most first."""
        left = {path for side in self._needy for path, _ in side.moves.moved}
        for side in sorted(self._needy, key=lambda it: -len(it.moves.moved)):
            own = {path for path, _ in side.moves.moved}
            if own & left:
                yield side.name
                left -= own


_ONE_COMMIT = (
    "no environment ran the new names: one commit that gives files their old names back repairs "
    "all of them, and no database is changed"
)
