"""The deploy at the end of a path, in words."""

from collections.abc import Iterable, Sequence

from analyzer.analysis.advice.path_commands import typed_line
from analyzer.model.findings.next_steps import NextMigrate
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.model.words.wording import count, enumerated
from analyzer.records import replace

A_COPY = " a copy"  # what settles it needs one, with all rows
_TRIAL = ": migdoctor rehearse"


def deployed(
    migrate: NextMigrate, command: str, *, more: bool = False, trial: str = ""
) -> PathStep:
    """The deploy, and what the next migrate does then; or why there must be none yet.

    Args:
        more: a follow-up is deployed with it.
        trial: the command that runs it on a copy; empty where none can be made.
    """
    if not migrate.safe:
        settle = f". To settle it: {migrate.settle}" if migrate.settle else ""
        settle += f": {trial}" if trial and A_COPY in migrate.settle else ""
        says = f"Do not run {command} yet: {migrate.because}{settle}"
        if settle and not migrate.certain:
            says += f". If that shows that it runs, deploy, and run {command} there"
        return PathStep(PathStage.HOLD, says)
    runs = [f"{count(len(migrate.runs), 'migration')} that never ran{_removes(migrate)}"]
    runs = runs if migrate.runs else []
    runs += ["the follow-up"] if more else []
    says = f"Deploy; {command} then has nothing to run"
    if runs:
        says = f"Deploy, and run {command} there: it runs {' and '.join(runs)}"
    return PathStep(PathStage.DEPLOY, says)


def looked(
    asked: str,
    says: str = "Diagnose again: nothing should diverge now",
    listed: Sequence[str] = (),
) -> PathStep:
    """The diagnosis that ends a path. Args: listed: files of rows, which are those of before."""
    if listed:
        verb = "list" if listed[1:] else "lists"
        first = f"Export {enumerated(listed)} again, which {verb} the rows from before; then d"
        says = f"{first}{says.removeprefix('D')}"
    return PathStep(PathStage.LOOK, says, (typed_line("diagnose", asked),))


def named_holds(steps: Iterable[PathStep]) -> PathSteps:
    """Of several environments: those that must not migrate yet, by name, each cause once.

    The trial on a copy is told of the first.
    """
    steps = tuple(steps)
    names: dict[str, list[str]] = {}
    for step in steps:
        if step.stage is PathStage.HOLD and step.environment is not None:
            names.setdefault(step.says.partition(_TRIAL)[0], []).append(step.environment)
    return tuple(filter(None, (_named(step, names) for step in steps)))


def _named(step: PathStep, names: dict[str, list[str]]) -> PathStep | None:
    cause = step.says.partition(_TRIAL)[0]
    if step.stage is not PathStage.HOLD or step.environment is None:
        return step
    mine = names.get(cause, [])
    if mine[:1] != [step.environment]:
        return None
    says = step.says.replace(" yet: ", f" on {enumerated(mine)} yet: ", 1)
    return replace(step, says=says, environment=None)


def _removes(migrate: NextMigrate) -> str:
    said = "; ".join(f"{loss.file.basename} {loss.what}" for loss in migrate.announced)
    return f" (it removes what they say: {said})" if said else ""
