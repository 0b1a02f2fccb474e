"""The guided way: it walks the path, and asks before each step.

It keeps no state of its own. Whenever a step has changed something it looks around anew, so that a
run that was cut off anywhere is taken up by the next one.
"""

from collections.abc import Iterator, Sequence

from analyzer.errors import AnalyzerError, UsageError
from analyzer.frameworks.registry import framework
from analyzer.model.core.messages import Diagnosed, RestOfPath, StepTold
from analyzer.model.findings.finding import Severity
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps, commands_of
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.came import Came
from analyzer.services.fix.guided_steps import GuidedSteps
from analyzer.services.fix.world import World, look_around
from analyzer.services.repair.files.resume import settle_rows
from analyzer.workflow.reading.request import Request

_Key = tuple[PathStage, str | None, tuple[str, ...]]
_OURS = ("migdoctor ", "git ", "mv ", "cp ", "sh ")  # what steps run that asks for no password
_AGAIN = "Run migdoctor fix again to go on.\nLeft to do by hand:"
_PLACED = "Read the draft of the follow-up; then move it into place"
_NOT_HERE = ", or pass --"  # the options of the plain commands are none of this one's
_SAID = frozenset(
    {
        PathStage.LOST,
        PathStage.STOP,
        PathStage.MERGE,
        PathStage.BRING,
        PathStage.DEPLOY,
        PathStage.HOLD,
    }
)
_ONCE = frozenset(
    {
        PathStage.SINGLE,
        PathStage.KEEP,
        PathStage.APPLY,
        PathStage.COMMIT,
        PathStage.OTHERS,
        PathStage.MERGE,
        PathStage.BRING,
        PathStage.FOLLOW_UP,
    }
)
"""Stages that change the world: what is still to be done is looked up after each of them."""


class FixEnd(Struct, frozen=True):
    """How the guided way ended: ``left`` is what is still to be done."""

    left: PathSteps = ()
    broken: bool = False

    @property
    def status(self) -> int:
        """The exit status: 1 where something is left that the way could have done."""
        return int(self.broken)


def fix(requests: Sequence[Request], dialogue: Dialogue) -> FixEnd:
    """Lead through the whole repair of all environments; each change is asked for.

    Raises:
        UsageError: nobody can be asked; the error names the commands to type instead.
        AnalyzerError: something cannot be read.
    """
    if not dialogue.attended:
        raise _unattended(look_around(requests))
    return _GuidedWay(requests, dialogue).walk()


def _unattended(world: World) -> UsageError:
    is_whole = not any(True for _ in commands_of(world.path))
    return UsageError(
        "fix asks before each step, and there is no terminal to ask at",
        why="standard input or standard error is a file or a pipe, as in a script or in CI",
        fix="nothing: there is nothing to fix" if is_whole else _typed(world),
    )


def _demand_live(world: World) -> None:
    """Refuse what ends before a list of rows: they are changed in a database only."""
    for done in world.walks:
        request = done.inference.request
        if request.rows is not None and any(map(_is_by_script, world.path)):
            listed = f"environment {request.environment}" if request.named else "--rows"
            raise UsageError(
                f"fix cannot change rows that are read from {request.rows}",
                why=f"rows are to get new versions, and {listed} names a list and no database",
                fix="name the database, or " + _typed(world),
            )


def _is_by_script(step: PathStep) -> bool:
    """Whether rows change by a script, which somebody runs elsewhere."""
    rewrites = step.stage is PathStage.APPLY and step.way is RepairKind.REWRITE
    return rewrites and not any(" --apply" in it for it in step.commands)


def _typed(world: World) -> str:
    return "\n".join(["type these commands yourself, in this order:", *_lines(world.path)])


def _lines(path: PathSteps) -> Iterator[str]:
    """What is typed, and between it, as a remark of the shell, what no command does."""
    for step in path:
        if step.stage in _SAID:
            yield f"# {visible(step.says)}."
        elif _is_by_script(step):
            yield f"# {visible(step.says)}:"
        elif step.stage is PathStage.SETTLE and step.commands[1:]:
            yield "# One of these, whichever is true:"
        yield from () if step.stage is PathStage.ADVISE else step.commands


def _way_of(world: World) -> str:
    """The repair that the path takes, as it is explained before its reasons."""
    chosen = next((it.says for it in world.path if it.stage is PathStage.APPLY), "")
    does = chosen.partition(";")[0].partition(":")[0]
    return f"To {does[:1].lower()}{does[1:]}" if does else "This way"


def _why_new(world: World) -> str:
    """End the sentence: where nothing ever ran, it may be the wrong database."""
    new = [it.table.place for it in world.report.environments if it.table.missing]
    if not new:
        return "."
    return f" in {enumerated(new)}: no migration ever ran there. Is it the one that is meant?"


def _uses_a_client(world: World) -> bool:
    """Whether the engine's own client is typed on the path: it alone has no address looked up."""
    lines = (line for step in world.path for line in step.commands)
    return any(not line.startswith(_OURS) for line in lines)


def _nothing(world: World) -> Iterator[str]:
    """Where no step is left: what the diagnosis warns of all the same, which no repair mends."""
    warned = [it for it in world.report.findings if it.severity is not Severity.NOTE]
    if not warned:
        yield f"There is nothing to fix{_why_new(world)}"
        return
    yield "No repair is needed. What the diagnosis warns of is left to you:"
    yield from (f"- {it.code} {visible(it.what)}: {visible(it.fix)}" for it in warned)


class _GuidedWay:
    """One run; ``past`` are the steps that it has taken or passed over, ``taken`` the former."""

    def __init__(self, requests: Sequence[Request], dialogue: Dialogue) -> None:
        self.steps = GuidedSteps(list(requests), dialogue)
        self.dialogue = dialogue
        self.changed = False
        self.past: set[_Key] = set()
        self.taken: set[_Key] = set()
        self.written: PathSteps = ()

    def walk(self) -> FixEnd:
        """Go on until nothing is left, or somebody says no."""
        settle_rows(self.steps.requests, self.dialogue)
        world = self._look(aloud=True)
        _demand_live(world)
        while True:
            step: PathStep | None = None
            if world.half_done:
                came = self.steps.finish(world.half_done[0])
            else:
                step = next((it for it in world.path if self._key(it) not in self.past), None)
                if step is None:
                    return self._ended(world)
                came = self._taken(step, world)
                self.past.add(self._key(step))
                if came in (Came.ON, Came.HERE):
                    self.taken.add(self._key(step))
            if came is Came.HALF:
                self.changed = True
            if came in (Came.LEFT, Came.HALF):
                return self._leave()
            if came is Came.CHANGED:
                self.changed |= step is None or step.stage is not PathStage.SETTLE
                self._keep(world)
                world = self._look(aloud=False)
                if step is not None and self._is_still_ahead(step, world):
                    self.dialogue.tell("\nThat step is still to be done: it changed nothing.")
                    return self._leave()

    def _look(self, *, aloud: bool) -> World:
        world = self._with_kept(look_around(self.steps.requests))
        if aloud:
            name = framework(world.report.repository.framework).commands.migrate
            self.dialogue.tell(Diagnosed(world.report, name))
        return world

    def _keep(self, world: World) -> None:
        """What edits hid is to be written, also once rewritten rows no longer tell of it."""
        rows, bring = RepairKind.REWRITE, PathStage.BRING
        mine = (it for it in world.path if it.stage is bring and it.way is rows)
        self.written = tuple(it for it in mine if self._key(it) not in self.past)

    def _with_kept(self, world: World) -> World:
        if not self.written or any(it.stage is PathStage.BRING for it in world.path):
            return world
        order = list(PathStage)
        path = sorted(
            (*self.written, *(world.path or world.end)), key=lambda it: order.index(it.stage)
        )
        return replace(world, path=tuple(path))

    def _taken(self, step: PathStep, world: World) -> Came:
        """Take one step: it is explained first."""
        if step.stage is PathStage.LOOK or (
            step.stage is PathStage.PREPARE and not _uses_a_client(world)
        ):
            return Came.ON
        name = step.environment or ""
        is_said = step.says.endswith(f" {name}") or not world.report.several
        where = f" ({name})" if name and not is_said else ""
        said = f"{step.says}{where}."
        if step.stage is PathStage.ADVISE:
            way = "This way" if world.report.several else _way_of(world)
            said = f"{way} suits{where}, because:"
        if step.stage is PathStage.FOLLOW_UP and step.draft:
            said = f"{_PLACED}{where}."
        if step.stage is PathStage.STOP and not world.report.several:
            said += f" It is {world.report.environments[0].table.place}."
        self.dialogue.tell(StepTold(said))
        try:
            return self.steps.take(step, world)
        except AnalyzerError as error:
            fix = error.fix.partition(_NOT_HERE)[0]
            self.dialogue.tell(f"{error.what}: {error.why}. To settle it: {fix}.")
            return Came.LEFT

    def _key(self, step: PathStep) -> _Key:
        """What a step is known by; of those that change the world, the commands too."""
        return step.stage, step.environment, step.commands if step.stage in _ONCE else ()

    def _is_still_ahead(self, step: PathStep, world: World) -> bool:
        """Whether a step that was taken, or said to be, is to be taken all the same."""
        mine = self._key(step)
        return step.stage in _ONCE and any(self._key(it) == mine for it in world.path)

    def _is_behind(self, step: PathStep) -> bool:
        """Whether whoever leaves here has no more to do with a step; the next run asks again."""
        if step.stage is PathStage.PREPARE:
            return False  # what was set was set for this run, if at all
        return step.stage is PathStage.STOP or (
            step.stage not in _ONCE and self._key(step) in self.taken
        )

    def _ended(self, world: World) -> FixEnd:
        if not (world.path or self.changed):
            self.dialogue.tell("\n".join(_nothing(world)))
            return FixEnd()
        undone = any(it.stage is PathStage.HOLD for it in world.path) and not self.changed
        unread = [it.name for it in world.report.unread]
        if unread:
            told = "was left out, as it" if not unread[1:] else "were left out, as they"
            again = "run migdoctor fix again once that is repaired"
            self.dialogue.tell(f"\n{enumerated(unread)} {told} could not be read: {again}.")
        if not undone:
            self.dialogue.tell("\nEverything that can be done here is done.")
            self.dialogue.tell(RestOfPath(world.end))
        return FixEnd(world.end, broken=undone or bool(unread))

    def _leave(self) -> FixEnd:
        path = self._look(aloud=False).path
        left = tuple(it for it in path if not self._is_behind(it))
        if self.steps.cut_off is not None:
            left = (self.steps.cut_off, *left)
        changed = "nothing else" if self.changed else "nothing"
        self.dialogue.tell(f"\nStopped here; {changed} was changed. {_AGAIN}")
        self.dialogue.tell(RestOfPath(left))
        return FixEnd(left, broken=True)
