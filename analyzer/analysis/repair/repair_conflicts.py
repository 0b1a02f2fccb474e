"""Two repairs against each other: names that went back while rows went forward."""

from collections.abc import Callable, Collection, Iterable, Iterator

from analyzer.model.core.version import Version
from analyzer.model.plans.plan import MoveFile, Refusal, RowStep, UpdateRow
from analyzer.model.plans.repair_journal import Repair, RepairKind, RepairState
from analyzer.records import Struct

Rename = tuple[Version, Version]  # the version that ran, the version of its file afterwards
Read = Callable[[str], Version]


class Ground(Struct, frozen=True):
    """Facts that tell whether an earlier repair is still in force.

    ``root`` is the repository's first commit; ``there`` whether a path is in the working tree;
    ``is_here`` whether a rewrite changed the very database whose rows are looked at now: then the
    rows themselves have the last word, and the journal none.
    """

    root: str | None
    there: Callable[[str], bool]
    is_here: Callable[[Repair], bool]


def renames_of_rows(steps: Iterable[RowStep], read: Read) -> frozenset[Rename]:
    """The renames after which a rewrite makes the rows follow."""
    found = (
        (read(it.before.version), read(it.after.version))
        for it in steps
        if isinstance(it, UpdateRow)
    )
    return frozenset(filter(_is_rename, found))


def renames_of_files(moves: Iterable[MoveFile], read: Read) -> frozenset[Rename]:
    """The renames that a rename-back takes back."""
    found = ((read(_name(move.target)), read(_name(move.source))) for move in moves)
    return frozenset(filter(_is_rename, found))


def refuse_conflict(
    kind: RepairKind,
    renames: Collection[Rename],
    journal: Iterable[Repair],
    ground: Ground,
    read: Read,
) -> Refusal | None:
    """Refuse a repair whose renames the other kind has taken care of, and was not taken back."""
    for repair in journal:
        if repair.kind is kind or repair.state.is_gone or repair.repository.root != ground.root:
            continue
        if set(_renames(repair, read)) & set(renames) and _in_force(repair, ground):
            return _refusal(repair)
    return None


def _renames(repair: Repair, read: Read) -> Iterator[Rename]:
    for step in repair.steps:
        match step:
            case {"step": "UpdateRow", "old": old, "new": new}:
                pair = (read(str(old)), read(str(new)))
            case {"step": "MoveFile", "source": source, "target": target}:
                pair = (read(_name(str(target))), read(_name(str(source))))
            case _:
                continue
        if _is_rename(pair):
            yield pair


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


def _is_rename(pair: Rename) -> bool:
    return all(version.is_valid for version in pair)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
