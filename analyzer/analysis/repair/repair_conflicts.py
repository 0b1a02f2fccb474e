"""Two repairs against each other: names that went back while rows went forward."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from analyzer.model.plans.journal import Repair, RepairKind, RepairState
from analyzer.model.plans.plan import MoveFile, Refusal, RowStep, UpdateRow

Rename = tuple[int, int]  # the version that ran, the version of its file afterwards
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Ground:
    """Facts that tell whether an earlier repair is still in force.

    ``root`` is the repository's first commit; ``there`` whether a path is in the working tree;
    ``is_here`` whether a rewrite changed the very database whose rows are looked at now: then the
    rows themselves have the last word, and the journal none.
    """

    root: str | None
    there: Callable[[str], bool]
    is_here: Callable[[Repair], bool]


def renames_of_rows(steps: Iterable[RowStep]) -> frozenset[Rename]:
    """The renames after which a rewrite makes the rows follow."""
    found = (
        (_number(step.old), _number(step.new)) for step in steps if isinstance(step, UpdateRow)
    )
    return frozenset((old, new) for old, new in found if old is not None and new is not None)


def renames_of_files(moves: Iterable[MoveFile]) -> frozenset[Rename]:
    """The renames that a rename-back takes back."""
    found = ((_of_path(move.target), _of_path(move.source)) for move in moves)
    return frozenset((old, new) for old, new in found if old is not None and new is not None)


def refuse_conflict(
    kind: RepairKind, renames: Collection[Rename], journal: Iterable[Repair], ground: Ground
) -> Refusal | None:
    """Refuse a repair whose renames the other kind has taken care of, and was not taken back."""
    for repair in journal:
        if repair.kind is kind or repair.state.is_gone or repair.repository.root != ground.root:
            continue
        if set(_renames(repair)) & set(renames) and _in_force(repair, ground):
            return _refusal(repair)
    return None


def _renames(repair: Repair) -> Iterator[Rename]:
    for step in repair.steps:
        match step:
            case {"step": "UpdateRow", "old": old, "new": new}:
                pair = (_number(old), _number(new))
            case {"step": "MoveFile", "source": source, "target": target}:
                pair = (_of_path(target), _of_path(source))
            case _:
                continue
        if pair[0] is not None and pair[1] is not None:
            yield pair[0], pair[1]


def _in_force(repair: Repair, ground: Ground) -> bool:
    if repair.state.is_open:
        return True
    if repair.kind is RepairKind.REWRITE:
        return not ground.is_here(repair)
    moves = (step["target"] for step in repair.steps if step.get("step") == "MoveFile")
    return any(ground.there(target) for target in moves)


def _refusal(repair: Repair) -> Refusal:
    if repair.kind is RepairKind.REWRITE:
        database = repair.database
        place = f"database {database.name} at {database.server}" if database else "a database"
        did = f"gave the rows of {place} the versions that the files have now"
        harm = "with the old names back, that database would not know its own migrations"
    else:
        did = f"gave files in {repair.repository.path} their old names back"
        harm = "rows with the new versions would have no file there"
    what = "is under way or was cut off" if repair.state is not RepairState.DONE else "stands"
    return Refusal(
        f"repair {repair.id} {what}: it {did}; {harm}",
        (
            f"migdoctor undo {repair.id}, then run this again",
            "leave it as it is: one of the two repairs is enough",
        ),
    )


def _number(text: object) -> int | None:
    found = _DIGITS.match(str(text).strip())
    return int(found[0]) if found else None


def _of_path(path: object) -> int | None:
    return _number(str(path).rpartition("/")[2])
