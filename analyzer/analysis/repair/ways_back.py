"""Pairs of files: where the way up moves, the file with its way back moves along."""

from collections.abc import Iterable, Iterator

from analyzer.frameworks.ports.files import Files
from analyzer.model.core.migration import FileSet
from analyzer.model.plans.plan import FilePlan, FileStep, MoveFile, Refusal
from analyzer.records import replace


def with_ways_back(plan: FilePlan, files: FileSet, names: Files) -> FilePlan | Refusal:
    """The plan with the moves of the files that belong to those it moves.

    Args: files: all as they are now.  names: of the framework.

    Returns: a refusal where something else has a name that one of them would get.
    """
    blobs = {it.path: it.blob for it in files.ignored}
    pairs = {source: back for source, back in _backs(plan.moves, names) if back.source in blobs}
    if not pairs:
        return plan
    leaving = {back.source for back in pairs.values()}
    taken = [it.target for it in pairs.values() if it.target in blobs.keys() - leaving]
    if taken:
        return Refusal(
            f"a file with a way back has the name already: {', '.join(taken)}. Move it away, or "
            "rewrite the rows instead",
            ("migdoctor rewrite",),
        )
    before = ((it.source, blobs[it.source]) for it in pairs.values())
    after = ((it.target, blobs[it.source]) for it in pairs.values())
    return replace(
        plan,
        steps=tuple(_steps(plan.steps, frozenset(leaving), names)),
        moves=(*plan.moves, *pairs.values()),
        before=(*plan.before, *before),
        after=(*plan.after, *after),
    )


def _backs(moves: Iterable[MoveFile], names: Files) -> Iterator[tuple[str, MoveFile]]:
    for move in moves:
        source, target = names.way_back(move.source), names.way_back(move.target)
        if source is not None and target is not None:
            yield move.source, MoveFile(source, target)


def _steps(steps: Iterable[FileStep], leaving: frozenset[str], names: Files) -> Iterator[FileStep]:
    """Each move, and that of the file that goes along, through the same places."""
    going = set(leaving)
    for step in steps:
        yield step
        if isinstance(step, MoveFile):
            for _, back in _backs([step], names):
                if back.source in going:
                    going.add(back.target)
                    yield back
