"""Each step of the guided way, by the service that the plain command calls."""

import os
import shlex
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.analysis.advice.path_commands import of_repository
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.messages import (
    EarlierEnded,
    FleetEnded,
    PlanPreview,
    Reasons,
    RefusalTold,
    Rehearsed,
)
from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_journal import Repair, RepairKind
from analyzer.model.plans.repair_path import PathStage, PathStep
from analyzer.model.plans.repair_result import (
    DeclinedRepair,
    EarlierUnfinished,
    RefusedRepair,
    RepairResult,
)
from analyzer.records import replace
from analyzer.services.database import DatabaseOptions
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.came import Came
from analyzer.services.fix.guided_dialogue import WithoutRest
from analyzer.services.fix.questions import settle, settle_deployed
from analyzer.services.fix.typed_lines import type_lines
from analyzer.services.fix.world import World
from analyzer.services.repair.files import rename_back
from analyzer.services.repair.files.interrupted import described
from analyzer.services.repair.options import (
    FleetOptions,
    RehearsalOptions,
    RenameBackOptions,
    RewriteOptions,
)
from analyzer.services.repair.rows import rewrite
from analyzer.sources.files.bounded import read_file
from analyzer.workflow.next_steps.repair_paths import commits_disputed
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable

_MIGRATE = "--migrate-command"
_BY_HAND = "Type this in another terminal, in this folder:"


class GuidedSteps:
    """The steps; ``requests`` gain the answers that settle what is ambiguous.

    ``cut_off`` is what is left of a step of which a command failed.
    """

    def __init__(self, requests: list[Request], dialogue: Dialogue) -> None:
        self.requests = requests
        self._dialogue = WithoutRest(dialogue)
        self._world: World | None = None
        self.cut_off: PathStep | None = None
        self._takers: dict[PathStage, Callable[[PathStep], Came]] = {
            PathStage.LOST: self._look_for_rows,
            PathStage.STOP: self._stop,
            PathStage.SETTLE: self._settle,
            PathStage.ADVISE: self._advise,
            PathStage.BESIDE: self._look_beside,
            PathStage.DRAFT: self._draft,
            PathStage.BACKUP: self._back_up,
            PathStage.REHEARSE: self._rehearse,
            PathStage.APPLY: self._apply,
            PathStage.SINGLE: self._by_hand,
            PathStage.MERGE: self._by_hand,
            PathStage.BRING: self._by_hand,
            PathStage.KEEP: self._typed,
            PathStage.COMMIT: self._typed,
            PathStage.OTHERS: self._typed,
            PathStage.FOLLOW_UP: self._follow_up,
        }

    def take(self, step: PathStep, world: World) -> Came:
        """Take one step.

        Raises:
            AnalyzerError: it cannot be taken.
        """
        taker = self._takers.get(step.stage)
        self._world = world
        mine = step.environment or self.requests[0].environment  # of files any will do
        self._dialogue.environment = mine if self.requests[1:] else None
        return Came.ON if taker is None else taker(step)

    def finish(self, repair: Repair) -> Came:
        """Bring to its end what an earlier run left half way."""
        self._dialogue.tell(f"\n{described(repair)}: it is finished first.")
        return self._carried_out(repair.kind, self.requests[0])

    def _request_of(self, step: PathStep) -> Request:
        """Whose step it is; NAME:1 is a group of the fleet NAME."""
        name = step.environment or ""
        names = (name, name.partition(":")[0])
        return next((it for it in self.requests if it.environment in names), self.requests[0])

    # questions

    def _look_for_rows(self, step: PathStep) -> Came:
        self._dialogue.tell("\n".join(f"  {line}" for line in step.commands))
        return Came.ON if self._dialogue.ask("Have you looked?") else Came.LEFT

    def _stop(self, _step: PathStep) -> Came:
        return Came.ON if self._dialogue.ask("Are deploys stopped?") else Came.LEFT

    def _settle(self, step: PathStep) -> Came:
        if self._world is None:
            raise TypeError(step)
        if all(map(of_repository, step.commands)):  # history is fetched
            return self._typed(step)
        done = self._world.walk_of(step.environment)
        if commits_disputed(done):
            return self._settle_deployed(step, done)
        decision = settle(done, self._dialogue)
        if decision is None:
            return Came.LEFT
        self.requests[:] = [
            replace(it, decisions=(*it.decisions, decision)) for it in self.requests
        ]
        return Came.CHANGED

    def _settle_deployed(self, step: PathStep, done: Walk) -> Came:
        commit = settle_deployed(done, self._dialogue)
        if commit is None:
            return Came.LEFT
        mine = self._request_of(step)
        self.requests[:] = [
            replace(it, deployed=commit) if it is mine else it for it in self.requests
        ]
        return Came.CHANGED

    def _advise(self, _step: PathStep) -> Came:
        """Say why this way."""
        from analyzer.workflow.advice.advise import advise_on

        advice = advise_on(self.requests, None)
        because = advice.joint.because if advice.joint is not None else ()
        for one in advice.advices if advice.joint is None else ():
            because = one.choice.because if one.choice is not None else ()
        self._dialogue.tell(Reasons(tuple(because)))
        return Came.ON

    def _look_beside(self, step: PathStep) -> Came:
        """What is right for one environment may be wrong for another that shares its files."""
        lines = (*step.commands, "migdoctor fix --all-environments")
        self._dialogue.tell("\n".join(f"  {line}" for line in lines))
        mine = self.requests[0].environment
        if not self._dialogue.ask(f"Go on with {mine} alone?"):
            return Came.LEFT
        self._dialogue.tell(f"What suits {mine}, because:")
        return self._advise(step)

    def _may_pass(self, question: str) -> Came:
        """Ask for a step that may be passed over: ON where it is wanted."""
        if self._dialogue.ask(question):
            return Came.ON
        return Came.PASSED if self._dialogue.ask("Go on without it?") else Came.LEFT

    # copies and trials

    def _draft(self, step: PathStep) -> Came:
        if os.path.lexists(step.draft):
            self._dialogue.tell(f"There is a draft in {step.draft} already; it is kept as it is.")
            return Came.ON
        came = self._may_pass(f"Write it to {step.draft}?")
        if came is Came.ON:
            request = self._request_of(step)
            if step.way is RepairKind.REWRITE:
                rewrite.propose(request, RewriteOptions(follow_up=step.draft), self._dialogue)
            else:
                options = RenameBackOptions(follow_up=step.draft)
                rename_back.propose(request, options, self._dialogue)
        return came

    def _back_up(self, step: PathStep) -> Came:
        from analyzer.services.recovery.backup import BackupOptions, earlier_backup, take_backup

        request = self._request_of(step)
        database = DatabaseOptions(request.database_url, request.exec_prefix, request.table)
        earlier = earlier_backup(database)
        if earlier is not None:
            self._dialogue.tell(f"{earlier.folder} is here, taken {earlier.ago}.")
            came = Came.ON if self._dialogue.ask("Take another one?") else Came.HERE
        else:
            came = self._may_pass("Take a backup now?")
        if came is Came.ON:
            taken = take_backup(BackupOptions(database=database), self._dialogue)
            self._dialogue.tell(f"Backup: {taken.folder}")
        return came

    def _rehearse(self, step: PathStep) -> Came:
        came = self._may_pass("Rehearse it now?")
        if came is not Came.ON:
            return came
        from analyzer.services.repair.rehearsal.rehearse import rehearse

        words = shlex.split(step.commands[0])
        migrate = words[words.index(_MIGRATE) + 1] if _MIGRATE in words else None
        options = RehearsalOptions(
            repair=str(step.way), with_data="--with-data" in words, migrate_command=migrate
        )
        try:
            found = rehearse(self._request_of(step), options, self._dialogue)
        except AnalyzerError as error:
            self._dialogue.tell(f"It could not be tried: {error.what}: {error.why}.")
            return Came.PASSED if self._dialogue.ask("Go on without it?") else Came.LEFT
        if isinstance(found, Refusal):
            self._dialogue.tell(RefusalTold("rehearse", found))
            return Came.LEFT
        self._dialogue.tell(Rehearsed(found))
        return Came.ON if found.repairs else Came.LEFT

    # changes

    def _apply(self, step: PathStep) -> Came:
        request = self._request_of(step)
        if step.commands[1:] or step.way is None:
            return self._by_hand(step)
        if request.is_fleet and step.way is RepairKind.REWRITE:
            return self._fleet(request)
        return self._carried_out(step.way, request)

    def _fleet(self, request: Request) -> Came:
        """Let the service change tenant after tenant."""
        from analyzer.services.fleets import rewrite as rewrite_of_fleet

        options = FleetOptions(RewriteOptions(), carry_out=True)
        ended = rewrite_of_fleet.apply(request, options, self._dialogue)
        if isinstance(ended, DeclinedRepair):
            return Came.LEFT
        self._dialogue.tell(FleetEnded(ended))
        return Came.LEFT if ended.status else Came.CHANGED

    def _carried_out(self, kind: RepairKind, request: Request) -> Came:
        """Let the service preview, ask, change and verify."""
        ended: object
        if kind is RepairKind.REWRITE:
            ended = rewrite.apply(request, RewriteOptions(), self._dialogue)
        else:
            ended = rename_back.apply(request, RenameBackOptions(git=True), self._dialogue)
        match ended:
            case RepairResult():
                self._dialogue.tell(EarlierEnded(replace(ended, rest=())))
                self._settled(rows=kind is RepairKind.REWRITE)
                if ended.outcome.ending is Ending.DONE:
                    return Came.CHANGED if ended.repaired else Came.HALF
                return Came.LEFT
            case RefusedRepair(command, refusal):
                self._dialogue.tell(RefusalTold(command, refusal))
                return Came.LEFT
            case DeclinedRepair() | EarlierUnfinished():
                return Came.LEFT
            case _:
                return Came.CHANGED

    def _settled(self, *, rows: bool) -> None:
        """Answers to the old question have no place in the new one.

        Args: rows: they are others now than those that a deployed commit explained.
        """
        self.requests[:] = [
            replace(it, decisions=(), deployed=None if rows else it.deployed)
            for it in self.requests
        ]

    def _by_hand(self, step: PathStep) -> Came:
        """What another program does: its command is shown, and looked at afterwards."""
        self._dialogue.tell("\n".join((_BY_HAND, *(f"  {line}" for line in step.commands))))
        return Came.CHANGED if self._dialogue.ask("Is it done?") else Came.LEFT

    def _follow_up(self, step: PathStep) -> Came:
        """Show the draft, and put it in its place; its commit is a step of its own."""
        if not step.draft:  # a migrate of development is for a person, who knows where it runs
            before = replace(step, commands=step.commands[:-2])
            if before.commands and self._by_hand(before) is Came.LEFT:
                return Came.LEFT
            return self._typed(replace(step, commands=step.commands[-2:]))
        text = read_file(step.draft, limits.BLOB_BYTES, UsageError)
        draft = text.decode("utf-8", "replace")
        self._dialogue.tell(PlanPreview(draft, draft))
        return self._typed(replace(step, commands=step.commands[:1]))

    def _typed(self, step: PathStep) -> Came:
        """Run the lines that are shown, as they would be typed."""
        came, self.cut_off = type_lines(step, self._world, self._dialogue)
        return came
