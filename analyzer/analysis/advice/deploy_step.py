"""The deploy at the end of a path, in words."""

from analyzer.model.findings.next_steps import NextMigrate
from analyzer.model.plans.repair_path import PathStage, PathStep
from analyzer.model.words.wording import count


def deployed(migrate: NextMigrate, command: str, *, more: bool = False) -> PathStep:
    """The deploy, and what the next migrate does then; or why there must be none yet.

    Args: more: a follow-up is deployed with it.
    """
    if not migrate.safe:
        settle = f". To settle it: {migrate.settle}" if migrate.settle else ""
        says = f"Do not run {command} yet even then: {migrate.because}{settle}"
        return PathStep(PathStage.HOLD, says)
    runs = [f"{count(len(migrate.runs), 'migration')} that never ran{_removes(migrate)}"]
    runs = runs if migrate.runs else []
    runs += ["the follow-up"] if more else []
    does = f"runs {' and '.join(runs)}" if runs else "has nothing to run"
    return PathStep(PathStage.DEPLOY, f"Deploy; {command} then {does}")


def _removes(migrate: NextMigrate) -> str:
    said = "; ".join(f"{loss.file.basename} {loss.what}" for loss in migrate.announced)
    return f" (it removes what they say: {said})" if said else ""
