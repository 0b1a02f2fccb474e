"""The one place that knows what is to be done, and in which order.

Every command prints the rest of this path from where it stands, and the guided way walks it. No
step leads back: what a command prints lies behind it on the path, up to the diagnosis at its end.
"""

from collections.abc import Iterable, Iterator

from analyzer.analysis.advice.deploy_step import deployed, looked
from analyzer.analysis.advice.file_steps import (
    committed,
    in_line,
    kept,
    placed,
)
from analyzer.analysis.advice.option_cost import megabytes
from analyzer.analysis.advice.path_commands import names_any_of, of_repository, paths_of, typed_line
from analyzer.analysis.advice.way_facts import Waiting, WayFacts
from analyzer.model.findings.advice import Naming
from analyzer.model.findings.next_steps import CommitAhead, NextMigrate, NextStep
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import THAT_DATABASE, PathStage, PathStep, PathSteps
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace

_MESSAGES = {
    RepairKind.RENAME_BACK: "Give migrations the names back under which they ran",
    RepairKind.REWRITE: "Bring the schema file in line with the rewritten rows",
}
_DOES = {
    RepairKind.RENAME_BACK: "Give the files their old names; the rows stay as they are",
    RepairKind.REWRITE: "Give the rows the new versions; the files stay as they are",
}
_BOTH = "Give migrations that rows hid versions of their own"
_FREES = "Give the rows the new versions, and the files that they hide versions of their own"
_LARGE = 1e9  # bytes of which a copy takes minutes and room
_RUN_THERE = (
    f"Have somebody with access run this on {THAT_DATABASE}; DATABASE is its name or address"
)
_EXPLAINED = "Diagnose again, with the whole history"
_WRITE_BOTH = "Write the SQL that gives the rows the new versions, and the way back"
_WRITE_BACK = "Write the way back, while the rows still tell it"
_RUNS = "Deploy, and run the next migrate there: it runs what never ran"
_WHETHER = "Diagnose once more: it says whether to deploy"
_MEND = "Give migrations their own versions"


def way_path(facts: WayFacts) -> PathSteps:
    """The steps of one repair, from the draft of a follow-up to the last diagnosis."""
    steps = tuple(replace(step, way=facts.way) for step in _way_steps(facts))
    return steps if facts.lost is None else (facts.lost, *steps)


def _way_steps(it: WayFacts) -> Iterator[PathStep]:
    draft, both = it.draft, "--combined" if it.combined else ""
    if it.waiting is not None:
        yield looked_beside(it.waiting)
    if it.unsaved is not None:
        yield kept(it.unsaved, it.git)
    if draft is not None:
        says = "Draft the follow-up: a migration for what the edits of renamed files would hide"
        line = typed_line(
            it.way, it.asked, both, it.written, f"--follow-up {shell_word(draft.file)}"
        )
        yield PathStep(PathStage.DRAFT, says, (line,), draft=draft.file)
    if it.is_live and it.can_back_up and it.way is RepairKind.REWRITE:
        says = "Take a backup before rows are changed"
        yield PathStep(
            PathStage.BACKUP, says, (typed_line("backup", f"--before {it.way}", it.database),)
        )
    if it.is_live and it.can_rehearse and not it.combined:
        yield _rehearsed(it)
    yield from _carried_out(it)
    if it.paths:
        message = _BOTH if it.frees else _MESSAGES[it.way]
        made = committed(PathStage.COMMIT, it.git, message, it.paths, it.added)
        yield in_line(made, it.with_rows) if it.with_rows else made
    yield from _steps_behind(it)


def _steps_behind(it: WayFacts) -> Iterator[PathStep]:
    """What comes once the repair is committed."""
    draft = it.draft
    if it.merges is not None:
        yield it.merges
    if draft is not None:
        yield placed(draft, it.git)
    if it.brought is not None:
        yield it.brought
    if it.waiting is not None:
        yield waited(it.waiting)
    if it.merges is not None:
        yield looked(it.again, _WHETHER, listed=(it.listed,) if it.listed else ())
        return
    if it.migrate is not None:
        more = draft is not None or it.brought is not None
        yield deployed(it.migrate, it.command, more=more, trial=it.trial)
    yield looked(it.again, listed=(it.listed,) if it.listed else ())


def _rehearsed(it: WayFacts) -> PathStep:
    """The trial; with all rows where only they tell how it ends and a copy is no burden."""
    read = "the real database is only read"
    plain = typed_line("rehearse", f"--repair {it.way}", it.asked)
    if it.rows is None:
        return PathStep(PathStage.REHEARSE, f"Rehearse it on a copy; {read}", (plain,))
    what = "the follow-up" if it.draft is not None and it.draft.rows_tell else "the next migrate"
    size, large = it.rows.size, (it.rows.size or 0) >= _LARGE
    takes = f" ({megabytes(size)})" if size is not None else ""
    if it.rows.runs_here and not large and it.trial:
        says = f"Rehearse it on a copy with all rows{takes}, for only they tell whether {what}"
        return PathStep(PathStage.REHEARSE, f"{says} goes through; {read}", (it.trial,))
    where = [] if it.rows.runs_here else ["the application runs"]
    where += [f"there is room for them{takes}"] if large else []
    says = f"Rehearse it on a copy; {read}. Whether {what} goes through, only all rows tell: where "
    says += f"{enumerated(where)}, add --with-data and --migrate-command"
    return PathStep(PathStage.REHEARSE, says, (plain,))


def _carried_out(it: WayFacts) -> Iterator[PathStep]:
    if not it.listed or not it.by_hand:
        says = _FREES if it.frees else _DOES[it.way]
        yield PathStep(PathStage.APPLY, says, it.by_hand or (_applying(it),))
        return
    *written, run = it.by_hand
    if written:
        says = _WRITE_BOTH if written[1:] else _WRITE_BACK
        yield PathStep(PathStage.APPLY, says, tuple(written))
    yield PathStep(PathStage.APPLY, _RUN_THERE, (run,))


def looked_beside(waiting: Waiting) -> PathStep:
    """The look at the other environments, before anything is changed for this one."""
    says = f"See what suits {enumerated(waiting.names)} as well, before anything is changed"
    return PathStep(PathStage.BESIDE, says, (typed_line("advise", waiting.asked),))


def waited(waiting: Waiting) -> PathStep:
    """The look at the other environments: what they need comes before the deploy."""
    says = f"Before you deploy, see what {enumerated(waiting.names)} need"
    says += "s" if not waiting.names[1:] else ""
    return PathStep(PathStage.WAITING, says, (typed_line("diagnose", waiting.asked),))


def _applying(it: WayFacts) -> str:
    stage = "--git" if it.way is RepairKind.RENAME_BACK else ""
    both = "--combined" if it.combined else ""
    return typed_line(it.way, "--apply", both, stage, it.asked)


class PathFacts(Struct, frozen=True):
    """What the whole path of an environment depends on.

    ``ways`` are the repairs in place that may be taken, the best first, each with its steps;
    ``settle`` the answers to choose from, one of which is typed; ``withheld`` says why no repair
    is safe, ``fetch`` brings the history that may explain a row, ``certain`` is what the next
    migrate does for certain, empty where it does no harm. ``ahead`` is the commit to bring the
    checkout up to, where that is all there is to do.
    """

    command: str = "migrate"
    naming: Naming = Naming()
    git: str = "git"
    ways: tuple[PathSteps, ...] = ()
    steps: tuple[NextStep, ...] = ()
    is_open: bool = False
    is_disputed: bool = False  # between commits
    settle: tuple[str, ...] = ()
    fetch: str = ""
    withheld: str = ""
    certain: str = ""
    ahead: CommitAhead | None = None
    advised: bool = True  # whether ``advise`` can weigh it: not a fleet
    lost: PathStep | None = None
    merges: PathStep | None = None  # what the tool refuses, where no repair is ahead
    brought: PathStep | None = None  # what edits hid, likewise
    migrate: NextMigrate | None = None  # the next one, after it


def whole_path(it: PathFacts) -> PathSteps:
    """All steps for one environment; none where there is nothing to do."""
    path = tuple(step for step in _steps_of_all(it) if step.stage is not PathStage.LOST)
    return (it.lost, *path) if path and it.lost is not None else path


def _steps_of_all(it: PathFacts) -> PathSteps:
    if it.fetch:
        return (*_stopped(it), _fetched(it.fetch), looked(it.naming.asked, _EXPLAINED))
    if it.ahead is not None:
        brought = PathStep(PathStage.SETTLE, it.ahead.says, (it.ahead.command,))
        return (*_stopped(it), brought, looked(it.naming.asked))
    mending = bool(it.ways or it.steps or it.is_open)
    ahead = [step for step in (it.merges, it.brought) if step is not None]
    if ahead and not (it.ways or it.is_open or it.withheld):
        return _with_ahead(it, ahead)
    if not (mending or it.withheld or it.certain):
        return ()
    steps = [*_lead(it, mending=mending)]
    way = it.ways[0] if it.ways and not it.is_open else ()
    steps += () if it.is_open else with_singles(way, it.steps, it.git)
    if mending and not it.is_open and not way:
        steps.append(looked(it.naming.asked, "See what is left, and whether to migrate"))
    return tuple(steps)


def _with_ahead(it: PathFacts, way: list[PathStep]) -> PathSteps:
    """Where nothing is to be repaired: what a person writes or merges, and the deploy after it."""
    if it.merges is not None:
        return with_singles((*way, looked(it.naming.asked, _WHETHER)), it.steps, it.git)
    if it.migrate is not None:
        way.append(deployed(it.migrate, it.command, more=True))
    return with_singles((*way, looked(it.naming.asked)), it.steps, it.git)


def _stopped(it: PathFacts, *, named: bool = True) -> Iterator[PathStep]:
    """The stop of deploys. Args: named: commands follow that name the database."""
    yield PathStep(PathStage.STOP, f"Stop deploys: do not run {it.command} on this database")
    if named and it.naming.note:
        yield PathStep(PathStage.PREPARE, it.naming.note.rstrip("."))


def _fetched(command: str) -> PathStep:
    """The history that a shallow clone lacks comes before any answer."""
    says = "Fetch the history that this clone lacks: it may explain rows without a file"
    return PathStep(PathStage.SETTLE, says, (command,))


def _lead(it: PathFacts, *, mending: bool) -> Iterator[PathStep]:
    yield from _stopped(it, named=mending)
    if it.is_open:
        says = "Settle what is ambiguous with --accept, --reject or --deployed"
        if it.is_disputed:
            says = "Settle which commit was deployed: its migrations are those that ran"
        yield PathStep(PathStage.SETTLE, says, it.settle)
        return
    if not mending:
        certain = f"Do not run it as it is: {it.certain}"
        safe = f"No repair is safe yet: {it.withheld}"
        yield PathStep(PathStage.HOLD, safe if it.withheld else certain)
        return
    beside = any(step.stage is PathStage.BESIDE for way in it.ways for step in way)
    if it.advised and it.ways and not beside:
        says = "See why this way suits, and what it costs"
        if it.ways[1:]:
            says = "See what each way costs; the one below changes no database"
        yield PathStep(PathStage.ADVISE, says, (typed_line("advise", it.naming.asked),))


def with_singles(way: PathSteps, steps: Iterable[NextStep], git: str) -> PathSteps:
    """A repair's steps with those of single rows before it, and of single files after it.

    A repair wants the folder as it is committed, so that other changes of files come later; of a
    file that the repair moves, what is to be done is said anew afterwards.
    """
    touched = {path for step in way for path in step.files}
    told = [step for step in steps if step.command is not None]
    rows = [step for step in told if not of_repository(step.command or "")]
    files = [step for step in told if step not in rows and not names_any_of(step, touched)]
    made = [PathStep(PathStage.SINGLE, it.says, (it.command or "",)) for it in rows]
    made += [PathStep(PathStage.OTHERS, it.says, (it.command or "",)) for it in files]
    paths = dict.fromkeys(path for it in files for path in paths_of(it.command or ""))
    if paths:
        made.append(committed(PathStage.OTHERS, git, _MEND, tuple(paths)))
        way = tuple(replace(it, says=_RUNS) if it.stage is PathStage.DEPLOY else it for it in way)
    order = list(PathStage)
    return tuple(sorted((*way, *made), key=lambda step: order.index(step.stage)))
