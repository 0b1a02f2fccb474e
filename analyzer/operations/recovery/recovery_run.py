"""One run over the steps of a recovery's plan, begun or resumed: what both kinds do alike."""

from abc import ABC, abstractmethod
from typing import Generic, Literal, TypeVar, assert_never

from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.engines.ports.loading import KeptRows
from analyzer.engines.sessions import Route
from analyzer.model.recovery.checklist import CheckOutcome, Item
from analyzer.model.recovery.recovery import Misfit, Plan, TablePart
from analyzer.model.recovery.recovery_steps import Step, StepKind
from analyzer.operations.recovery.application_stop import stop_application
from analyzer.operations.recovery.group_loading import Group, load_groups
from analyzer.operations.recovery.loaded_comparison import compare_loaded
from analyzer.operations.recovery.recovery_backup import secure_backup
from analyzer.operations.recovery.recovery_claim import claimed
from analyzer.operations.recovery.recovery_context import Surroundings, version_table_of
from analyzer.operations.recovery.recovery_journal import Journal
from analyzer.operations.recovery.recovery_safety import demand_safety
from analyzer.records import Struct

PlanT = TypeVar("PlanT", bound=Plan)
OwnStep = Literal[
    StepKind.SOURCE,
    StepKind.RENAME,
    StepKind.CREATE,
    StepKind.MIGRATE,
    StepKind.CLEAR,
    StepKind.LARGE_OBJECTS,
]


class RunResult(Struct, frozen=True):
    """How far a run came: all items of the comparison, or the rows that did not fit."""

    finished: bool
    items: tuple[Item, ...]
    misfits: tuple[Misfit, ...]


class RecoveryRun(ABC, Generic[PlanT]):
    """The steps that both kinds of recovery have; each kind adds its own."""

    kept: KeptRows | None = None  # where rows go that are in the way

    def __init__(self, plan: PlanT, journal: Journal, around: Surroundings) -> None:
        self.plan, self.journal = plan, journal
        self.around = around.labelled(plan)
        self.gateway, self.progress = self.around.gateway, around.progress
        self.table = version_table_of(plan)
        self.items: tuple[Item, ...] = ()
        self.misfits: tuple[Misfit, ...] = ()

    @property
    @abstractmethod
    def route(self) -> Route:
        """Where rows come from and where they go."""

    def run(self) -> RunResult:
        """Carry out what is not done yet.

        Raises:
            AnalyzerError: a step cannot be done; the steps before it stay done.
        """
        with claimed(self.gateway, self.plan):
            finished = self._run_steps()
        return RunResult(finished, self.items, self.misfits)

    def _run_steps(self) -> bool:
        steps = self.plan.steps()
        for number, step in enumerate(steps, 1):
            if self.journal.done(step.kind):
                continue
            self.progress.say(f"[{number}/{len(steps)}] {step.title}")
            self.journal.note("begin", step=step.kind)
            if not self._carry_out(step):
                return False
            self.journal.note("end", step=step.kind)
        self.journal.note("finished")
        return True

    def _carry_out(self, step: Step) -> bool:
        """Carry out one step; False where the recovery must stop there."""
        match step.kind:
            case StepKind.CHECK:
                demand_safety(self.around, self.plan, self.journal.folder)
            case StepKind.STOP:
                stop_application(self.around, self.plan)
            case StepKind.BACKUP:
                secure_backup(self.around, self.plan, self.journal)
            case StepKind.FIT:
                self.misfits = self._find_misfits()
                return not self.misfits
            case StepKind.LOAD:
                self._load()
            case StepKind.SEQUENCES:
                self._carry_sequences()
            case StepKind.VERIFY:
                return self._verify()
            case StepKind.START:
                self._start()
            case (
                StepKind.SOURCE
                | StepKind.RENAME
                | StepKind.CREATE
                | StepKind.MIGRATE
                | StepKind.CLEAR
                | StepKind.LARGE_OBJECTS
            ) as kind:
                self._carry_out_own(kind)
            case _:
                assert_never(step.kind)
        return True

    @abstractmethod
    def _carry_out_own(self, kind: OwnStep) -> None:
        """Carry out a step that only one kind of recovery has."""

    @abstractmethod
    def _find_misfits(self) -> tuple[Misfit, ...]:
        """Find the rows that do not fit; with any, the recovery goes no further."""

    @abstractmethod
    def _parts(self) -> tuple[TablePart, ...]:
        """List the tables that are copied."""

    @abstractmethod
    def _groups(self) -> tuple[Group, ...]:
        """Put them into the order in which they are copied, those that refer to others later."""

    @abstractmethod
    def _carry_sequences(self) -> None:
        """Put the sequences where they were."""

    @abstractmethod
    def _strictness(self) -> Comparison:
        """Say how strictly the end is compared with the source."""

    def _load(self) -> None:
        load_groups(self.route, self._groups(), self.journal, self.progress, self.kept)

    def _verify(self) -> bool:
        """Compare everything, then run the application's own check; False where they differ."""
        loaded = self.journal.loaded()
        counted = {part: loaded[part.label] for part in self._parts()}
        self.items = compare_loaded(
            self.route, counted, self._strictness(), self.table, self.progress
        )
        if any(item.outcome is CheckOutcome.FAIL for item in self.items):
            return False
        self.around.run_if_given(self.plan.check_command, "--check-command")
        return True

    def _start(self) -> None:
        self.around.run_if_given(self.plan.start_command, "--start-command")
