"""How the files of a plan move: in chains, in rings, and with lines that change on the way."""

from collections.abc import Iterable, Iterator

from analyzer.model.plans.plan import FilePlan, MoveFile, ReplaceLine
from analyzer.records import Struct


class Ring(Struct, frozen=True):
    """Names that are exchanged, and the spare one that makes room."""

    spare: str
    names: tuple[str, ...]


class ClassLineEdit(Struct, frozen=True):
    """A class line, and where its file is before the plan, when the line changes, and after."""

    line: ReplaceLine
    origin: str
    final: str


def file_moves(plan: FilePlan) -> list[MoveFile]:
    """Give the steps that move files, in order."""
    return [step for step in plan.steps if isinstance(step, MoveFile)]


def chains(moves: Iterable[MoveFile]) -> Iterator[list[str]]:
    """Give the names of each chain, first to last; a plain move is a chain of two."""
    targets = {move.source: move.target for move in moves}
    arrivals = {*targets.values()}
    for first in targets:
        if first not in arrivals:
            chain = [first]
            while chain[-1] in targets:
                chain.append(targets[chain[-1]])
            yield chain


def rings(plan: FilePlan) -> Iterator[Ring]:
    """Find the exchanges: their first step goes to a name that no file keeps."""
    targets = {move.source: move.target for move in plan.moves}
    kept = {*targets.values()}
    for step in file_moves(plan):
        if step.target not in kept:
            names = [step.source]
            while (name := targets[names[-1]]) != step.source:
                names.append(name)
            yield Ring(step.target, tuple(names))


def edits(plan: FilePlan) -> Iterator[ClassLineEdit]:
    """Follow each file whose class line changes, back to its first name and on to its last."""
    for position, step in enumerate(plan.steps):
        if isinstance(step, ReplaceLine):
            origin = final = step.path
            for earlier in reversed(plan.steps[:position]):
                if isinstance(earlier, MoveFile) and earlier.target == origin:
                    origin = earlier.source
            for later in plan.steps[position:]:
                if isinstance(later, MoveFile) and later.source == final:
                    final = later.target
            yield ClassLineEdit(step, origin, final)
