"""A recovery for a person: its steps before it runs, and what to know at its end."""

from collections.abc import Collection
from pathlib import Path

from analyzer.model.recovery.recovery import FullPlan, Plan
from analyzer.model.recovery.recovery_steps import StepKind
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.text import visible
from analyzer.report.wrapping import filled

_NARROWEST = 60


def render_steps(plan: Plan, done: Collection[StepKind], width: int) -> str:
    """List the steps; after each stretch, how what was done until there is taken back."""
    lines = [f"Recovery of {visible(plan.database)}:"]
    steps = plan.steps()
    for number, step in enumerate(steps, 1):
        state = "(done) " if step.kind in done else ""
        lines += _wrapped(f"{number:3}. {state}{visible(step.title)}", width, 5)
        if number == len(steps) or steps[number].back != step.back:
            lines += _wrapped(f"       until here, the way back: {visible(step.back)}", width, 9)
    return "\n".join(lines)


def render_ending(plan: Plan, folder: Path, notes: Collection[str], width: int) -> str:
    """Say what was kept, what is left to look at, and what may come next."""
    kept = (
        f"The old database is kept as {visible(plan.aside)}."
        if isinstance(plan, FullPlan)
        else "The tables' former rows are kept alongside."
    )
    named = shell_word(str(folder))
    lines = _wrapped(f"Done. {kept}", width, 0)
    for note in notes:
        lines += _wrapped(f"  look at: {visible(note)}", width, 11)
    lines += [
        f"  take it back: migdoctor recover back {named}",
        f"  drop what was kept: migdoctor recover drop-old {named}",
    ]
    return "\n".join(lines)


def render_unfinished(folder: Path, *, anew: bool = False) -> str:
    """Say how to go on with a recovery, and how to go back.

    Args: anew: whether going on would stop at the same place again.
    """
    named = shell_word(str(folder))
    resume = "" if anew else f"  go on:        migdoctor recover resume {named}\n"
    return (
        "Not finished. The old rows are untouched. On the same database:\n"
        f"{resume}"
        f"  take it back: migdoctor recover back {named}"
    )


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    lead = text[: len(text) - len(text.lstrip())]
    return filled(text.strip(), max(width, _NARROWEST), lead, " " * indent).splitlines()
