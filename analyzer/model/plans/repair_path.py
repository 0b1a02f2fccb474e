"""The path from a divergence to a database that is whole again, as steps that can be typed."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.words.text import visible
from analyzer.records import Struct

THAT_DATABASE = "the database itself"  # of which only a list of rows is here


class PathStage(StrEnum):
    """Where on the path a step is. The stages are in their order: no path goes back."""

    LOST = "lost"  # rows that a second run may have taken: to be looked at while that shows
    STOP = "stop"  # deploys
    PREPARE = "prepare"  # a variable for the commands that follow
    SETTLE = "settle"  # what could be this or that
    ADVISE = "advise"  # the ways, weighed
    BESIDE = "beside"  # other environments: what suits one depends on them
    SINGLE = "single"  # rows that are mended one by one
    KEEP = "keep"  # what is not committed yet, before files move
    DRAFT = "draft"  # the migration that brings what edits hid
    BACKUP = "backup"
    REHEARSE = "rehearse"
    APPLY = "apply"
    COMMIT = "commit"
    OTHERS = "others"  # files that are mended one by one
    MERGE = "merge"  # ends of the migrations that the tool wants merged before it runs
    BRING = "bring"  # a person writes the migration that brings what edits hid
    FOLLOW_UP = "follow-up"  # the draft takes its place
    WAITING = "waiting"  # other environments, which the same deploy reaches
    DEPLOY = "deploy"
    HOLD = "hold"  # no deploy yet, and why
    LOOK = "look"  # the diagnosis that ends it


class PathStep(Struct, frozen=True):
    """One step: a sentence without its full stop, and what is typed for it, line by line.

    ``environment`` is the one that it is about, if one; ``way`` the repair that it belongs to.
    ``files`` are the paths of a commit; ``draft`` is the file that holds the follow-up.
    """

    stage: PathStage
    says: str
    commands: tuple[str, ...] = ()
    environment: str | None = None
    way: RepairKind | None = None
    files: tuple[str, ...] = ()
    draft: str = ""


PathSteps = tuple[PathStep, ...]


def rest_after(
    path: Sequence[PathStep], stage: PathStage, environment: str | None = None
) -> PathSteps:
    """The steps that are left once a stage is done.

    Args: environment: of which it is done; None where the path is about one.
    """
    done = [
        number
        for number, step in enumerate(path, start=1)
        if step.stage is stage and environment in (None, step.environment)
    ]
    if done:
        return tuple(path[done[-1] :])
    order = list(PathStage)
    return tuple(step for step in path if order.index(step.stage) > order.index(stage))


def commands_of(path: Sequence[PathStep]) -> Iterator[tuple[PathStep, str]]:
    """Each line to type, with its step."""
    return ((step, command) for step in path for command in step.commands)


def written(path: Sequence[PathStep]) -> str:
    """The steps as a script says them, numbered; empty where nothing is left to do."""
    lines = (line for number, step in enumerate(path, start=1) for line in _lines(number, step))
    return "\n".join(("What to do next", *lines)) if path else ""


def _lines(number: int, step: PathStep) -> Iterator[str]:
    yield f"{number}. {visible(step.says)}{':' if step.commands else '.'}"
    yield from (f"     {visible(command)}" for command in step.commands)
