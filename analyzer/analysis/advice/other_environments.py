"""Environments that the same deploy reaches: when they are looked at, and how."""

from analyzer.analysis.advice.path_commands import typed_line
from analyzer.model.plans.repair_path import PathStage, PathStep
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct


class Waiting(Struct, frozen=True):
    """Environments that the same deploy reaches: ``asked`` names all of them, the next one first.

    Rows of an environment are read only where it was named, so that it is not known how they are.
    """

    names: tuple[str, ...]
    asked: str


def looked_beside(waiting: Waiting) -> PathStep:
    """The look at the other environments, before anything is changed for this one."""
    says = f"See what suits {enumerated(waiting.names)} as well, before anything is changed"
    return PathStep(PathStage.BESIDE, says, (typed_line("advise", waiting.asked),))


def waited(waiting: Waiting) -> PathStep:
    """The look at the other environments: what they need comes before the deploy."""
    says = f"Before you deploy, see what {enumerated(waiting.names)} need"
    says += "s" if not waiting.names[1:] else ""
    return PathStep(PathStage.WAITING, says, (typed_line("diagnose", waiting.asked),))
