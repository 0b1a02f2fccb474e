"""Two repairs against each other: names that went back while rows went forward."""

from collections.abc import Callable, Collection, Iterable, Iterator

from analyzer.model.core.version import Version
from analyzer.model.plans.plan import MoveFile, Refusal, RowStep, UpdateRow
from analyzer.model.plans.repair_journal import Repair, RepairKind, RepairState
from analyzer.records import Struct

Rename = tuple[Version, Version]  # the version that ran, the version of its file afterwards
Read = Callable[[str], Version]


class Ground(Struct, frozen=True):
    """Facts that tell whether an earlier repair is in force, and whether it is of these files.

    ``root`` is the repository's first commit; ``own`` whether a repair was run in this checkout;
    ``there`` whether a path is in the checkout that a repair was run in; ``is_here`` whether a
    rewrite changed the very database whose rows are looked at now: then the rows themselves have
    the last word, and the journal none.
    """

    root: str | None
    own: Callable[[Repair], bool]
    there: Callable[[Repair, str], bool]
    is_here: Callable[[Repair], bool]


class OtherRepair(Struct, frozen=True):
    """An earlier repair of the same renames by the other kind.

    ``blocks`` is false where it was made in another checkout and to another database than those at
    hand: then nothing here rests on it, and whoever runs this is told.
    """

    repair: Repair
    blocks: bool


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


def find_conflicts(
    kind: RepairKind,
    renames: Collection[Rename],
    journal: Iterable[Repair],
    ground: Ground,
    read: Read,
) -> Iterator[OtherRepair]:
    """Find repairs of the other kind that took care of these renames and were not taken back."""
    for repair in journal:
        if repair.kind is kind or repair.state.is_gone or repair.repository.root != ground.root:
            continue
        if set(_renames(repair, read)) & set(renames) and _in_force(repair, ground):
            yield OtherRepair(repair, ground.own(repair) or _is_open_here(repair, ground))


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
    return any(ground.there(repair, target) for target in moves)


def _is_open_here(repair: Repair, ground: Ground) -> bool:
    """Whether it may be changing these very rows now."""
    return repair.state.is_open and repair.kind is RepairKind.REWRITE and ground.is_here(repair)


def refuse_conflict(conflict: OtherRepair) -> Refusal:
    """Why another repair must be taken back first, and how."""
    repair = conflict.repair
    what = "is under way or was cut off" if repair.state is not RepairState.DONE else "stands"
    undo = f"migdoctor undo {repair.id}"
    gone: tuple[str, ...] = ()
    if repair.database is not None:
        undo = f"{undo} --environment NAME, the one of that database (or --database-url URL)"
        gone = ("if that database no longer exists: MIGDOCTOR_STATE_DIR=/an/empty/folder in front",)
    return Refusal(
        f"repair {repair.id} {what}: on {_day(repair)} it {_did(repair)}; {_harm(repair)}",
        (
            f"{undo}, then run this again",
            "leave it as it is: one of the two repairs is enough",
            *gone,
        ),
    )


def tell_conflict(conflict: OtherRepair) -> str:
    """What whoever goes on should know of a repair that was made elsewhere."""
    repair = conflict.repair
    return (
        f"from another checkout, {repair.repository.path}, repair {repair.id} of {_day(repair)} "
        f"{_did(repair)}. This one goes on: its files and its database are others. But "
        f"{_harm(repair)}. To take that one back, in that folder: migdoctor undo {repair.id}"
        + " --environment NAME"
        * (repair.database is not None)
    )


def _day(repair: Repair) -> str:
    return repair.time.partition("T")[0]


def _did(repair: Repair) -> str:
    if repair.kind is not RepairKind.REWRITE:
        return f"gave files in {repair.repository.path} their old names back"
    database = repair.database
    place = f"database {database.name} at {database.server}" if database else "a database"
    return f"gave the rows of {place} the versions that the files have now"


def _harm(repair: Repair) -> str:
    if repair.kind is RepairKind.REWRITE:
        return "with the old names back, that database would not know its own migrations"
    return "with those names back, rows with the new versions would have no file"


def _is_rename(pair: Rename) -> bool:
    return all(version.is_valid for version in pair)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
