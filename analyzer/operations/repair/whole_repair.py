"""A rewrite that changes files too: one repair, of which the rows decide.

Forth, the files go first, as alone they change nothing in the database; then the rows, in one
transaction. Back, the rows go first. So at every cut the rows tell where the repair stands: old
rows, and the files belong back; new rows, and the files are where they belong.
"""

from collections.abc import Callable
from pathlib import Path

from analyzer.engines.results import Cut, Ran, Refused
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError
from analyzer.model.plans.outcome import BACK, FORTH, Course, Ending, Outcome, course_of
from analyzer.model.plans.repair_journal import Actor, FilePart, Repair, RepairState
from analyzer.operations.repair import row_repair
from analyzer.operations.repair.file_repair import files_print, run_kept, try_script
from analyzer.operations.repair.journal_writing import read_script, write_entry
from analyzer.operations.repair.row_repair import now
from analyzer.records import Struct, replace

_FIX = "fix what it reports, then run the same command again: it continues where this one stopped"
_AGAIN = "run the same command again"


class RepairPlace(Struct, frozen=True):
    """Where a whole repair works: the database, and the locked working tree."""

    gateway: Gateway
    root: Path
    lock: int
    who: Actor
    say: Callable[[str], None]
    edited: bool = False  # files may move although they were edited since the script was written


def carry_out(place: RepairPlace, repair: Repair, text: str) -> tuple[Repair, Outcome]:
    """Move the files, then change the rows; if the rows stop, the files go back.

    Args: text: the SQL, as it is kept and was shown.

    Raises:
        AnalyzerError: the journal cannot be written, or no connection came about; the files are as
            they were.
    """
    _demand_scripts(repair)
    begun = write_entry(repair.standing(FORTH.intent, at=now(), who=place.who))
    status, said = _run_files(place, begun, FORTH)
    if status:
        return _files_stopped(place, begun, said)
    part = _part(begun)
    moved = replace(part, after=files_print(place.root, part.paths))
    begun = write_entry(replace(begun, file_part=moved))
    try:
        run = place.gateway.engine.scripts.run_sql(
            place.gateway, text, repair=repair.id, account=place.who.account
        )
    except AnalyzerError as error:
        _give_up(place, begun, error.what)
        raise
    match run:
        case Ran(said):
            return _ended(place, begun, FORTH.reached), Outcome(Ending.DONE, said)
        case Refused(what, why, fix):
            return _give_up(place, begun, what, Outcome(Ending.STOPPED, what, why, fix))
        case Cut() as cut:
            return settle(place, begun, because=row_repair.say_cut(cut, place.say))


def take_back(place: RepairPlace, repair: Repair, text: str) -> tuple[Repair, Outcome]:
    """Change the rows back, then move the files back.

    Raises:
        AnalyzerError: the journal cannot be written, a script is not as it was kept, or no
            connection came about; nothing changed.
    """
    _demand_scripts(repair)
    tried = try_script(place.root, place.lock, _part(repair).way_back, edited=place.edited)
    if tried.ending is not Ending.DRY:  # rows without their files would be half of the way back
        return repair, tried
    undoing = write_entry(repair.standing(BACK.intent, at=now(), who=place.who))
    try:
        run = place.gateway.engine.scripts.run_sql(
            place.gateway, text, repair=repair.id, account=place.who.account
        )
    except AnalyzerError as error:
        _ended(place, undoing, BACK.kept, error.what)
        raise
    match run:
        case Ran(said):
            return _files_back(place, undoing, BACK.reached, Outcome(Ending.DONE, said))
        case Refused(what, why, fix):
            kept = _ended(place, undoing, BACK.kept, what)
            return kept, Outcome(Ending.STOPPED, what, why, fix)
        case Cut() as cut:
            return settle(place, undoing, because=row_repair.say_cut(cut, place.say))


def settle(
    place: RepairPlace, repair: Repair, *, because: str, patience: float = row_repair.PATIENCE
) -> tuple[Repair, Outcome]:
    """Find out what came of a repair that was cut off, and bring its files where the rows are."""
    course = course_of(repair.state)
    rows = row_repair.rows_of(place.gateway, repair, patience)
    if rows is RepairState.DONE:
        ended = _ended(place, repair, RepairState.DONE, f"{because}; the rows are the new ones")
        what = "Done in the end: rows and files are as planned."
        kept = "the rows are exactly the new ones, and the files where they belong"
        done = Outcome(Ending.DONE, what, because)
        return ended, done if course is FORTH else Outcome(Ending.STOPPED, kept, because, _AGAIN)
    if rows is RepairState.FAILED:
        old = "the rows are exactly the old ones"
        reached = BACK.reached if course is BACK else FORTH.kept
        stopped = Outcome(
            Ending.STOPPED, f"it was cut off before the COMMIT: {old}", because, _AGAIN
        )
        undone = Outcome(Ending.DONE, "Undone in the end: rows and files are as before.")
        return _files_back(place, repair, reached, undone if course is BACK else stopped, because)
    return repair, row_repair.unknown(rows, because)


# The files


def _part(repair: Repair) -> FilePart:
    if repair.file_part is None:
        raise TypeError(repair.id)
    return repair.file_part


def _demand_scripts(repair: Repair) -> None:
    """Look at both scripts before the rows change: what only one half can do is not begun."""
    part = _part(repair)
    read_script(part.script)
    read_script(part.way_back)


def _run_files(place: RepairPlace, repair: Repair, course: Course) -> tuple[int, str]:
    part = _part(repair)
    script = part.way_back if course is BACK else part.script
    return run_kept(place.root, place.lock, script, edited=place.edited)


def _files_stopped(place: RepairPlace, begun: Repair, said: str) -> tuple[Repair, Outcome]:
    """The script puts back what it moved; the rows were not touched."""
    part = _part(begun)
    if files_print(place.root, part.paths) != part.before:
        what = "not all files could be put back; no row was changed"
        return begun, Outcome(Ending.UNKNOWN, what, said.strip(), _FIX)
    kept = _ended(place, begun, FORTH.kept, said.strip())
    what = "the script stopped: all files are as they were, and no row was changed"
    return kept, Outcome(Ending.STOPPED, what, said.strip() or "it was killed", _AGAIN)


def _give_up(
    place: RepairPlace, begun: Repair, why: str, outcome: Outcome | None = None
) -> tuple[Repair, Outcome]:
    """The rows were not changed: so the files go back."""
    place.say("The rows were not changed, so the files go back.")
    stopped = outcome or Outcome(Ending.STOPPED, why)
    return _files_back(place, begun, FORTH.kept, stopped, why)


def _files_back(
    place: RepairPlace, repair: Repair, reached: RepairState, outcome: Outcome, why: str = ""
) -> tuple[Repair, Outcome]:
    """Bring the files back to where the old rows expect them, from wherever a cut left them."""
    part = _part(repair)
    status, said = 1, ""
    if files_print(place.root, part.paths) != part.before:
        if part.after is None:  # it was cut while they moved: the script ends what it began
            _run_files(place, repair, FORTH)
        status, said = _run_files(place, repair, BACK)
    if files_print(place.root, part.paths) == part.before or (place.edited and status == 0):
        return _ended(place, repair, reached, why), outcome
    what = "the rows are the old ones, but not all files could be put back"
    return repair, Outcome(Ending.UNKNOWN, what, said.strip(), _FIX)


def _ended(place: RepairPlace, repair: Repair, state: RepairState, why: str = "") -> Repair:
    return write_entry(repair.standing(state, at=now(), who=place.who, why=why))
