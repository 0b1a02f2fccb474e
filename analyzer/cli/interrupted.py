"""A rename that was cut off half way: whoever looks at the files is told, and can end it."""

from dataclasses import replace

from analyzer.cli.consent import ask
from analyzer.cli.console import say
from analyzer.cli.refusal import say_notes
from analyzer.cli.renaming import RenameWish
from analyzer.cli.verdict import conclude
from analyzer.errors import AnalyzerError, RepositoryError
from analyzer.model.journal import Repair, RepairState
from analyzer.operations import file_repair, whole_repair
from analyzer.operations.script_run import locked
from analyzer.sources.door import Door, open_door
from analyzer.sources.git import open_repository
from analyzer.sources.journal import read_journal
from analyzer.sources.people import read_actor, read_identity
from analyzer.sources.standing import read_standing
from analyzer.workflow.request import Request

_GOES_FIRST = "Its own script goes first: it puts back what was moved, then does the whole of it."
_FINISH_ROWS = "To finish it: migdoctor rewrite --apply"
_FINISH = "To finish it: migdoctor rename-back --apply"


def say_open(request: Request) -> None:
    """Name the renames of these files that did not end; a journal that cannot be read has none."""
    try:
        found = _open(request)
    except AnalyzerError:
        return  # whoever only looks needs no journal
    say_notes([f"{_described(repair)}. {_ways_on(repair)}" for repair in found])


def demand_none_open(request: Request) -> None:
    """Refuse to change rows while files are half way: each would be mended against the other.

    Raises:
        AnalyzerError: a rename did not end, or the journal cannot be read.
    """
    for repair in _open(request):
        raise RepositoryError(
            _described(repair),
            why="what the rows should be depends on where the files end; nothing was changed",
            fix=_ways_on(repair),
        )


def finish_open(request: Request, wish: RenameWish) -> int | None:
    """Bring to its end what an earlier run left half way; None where the way is free.

    Raises:
        AnalyzerError: another repair is running, or the journal cannot be written.
    """
    for repair in _open(request):
        if repair.file_part is not None:
            raise RepositoryError(
                _described(repair),
                why="where the files belong depends on whether its rows were changed; nothing was "
                "changed now",
                fix=_ways_on(repair),
            )
        status = _finish(request, repair, wish)
        if status is not None:
            return status
    return None


def settle_whole(request: Request, wish: RenameWish) -> None:
    """Find out what came of rewrites that changed files here too, and were cut off.

    Raises:
        AnalyzerError: one is of another database, still runs, or cannot be settled.
    """
    for repair in _open(request):
        if repair.file_part is None or repair.database is None:
            continue
        door = open_door(request.exec_prefix, request.database_url)
        if not read_standing(door, repair.database.table).identity.is_same(repair.database):
            raise RepositoryError(_described(repair), why="its rows are in another database: "
                                  f"{repair.database.name} at {repair.database.server}",
                                  fix=_ways_on(repair))  # fmt: skip
        _settle(request, repair, door, edited=wish.allow_dirty)


def _settle(request: Request, repair: Repair, door: Door, *, edited: bool) -> None:
    repository = open_repository(request.repo)
    if repository.work_tree is None:
        raise TypeError(repair.id)
    because = f"an earlier run was cut off ({repair.changed})"
    with locked(repository.work_tree) as lock:
        place = whole_repair.Place(
            door, repository.work_tree, lock, read_actor(repository), say, edited
        )
        ended, outcome = whole_repair.settle(place, repair, because=because, patience=0)
    if ended.state.is_open:
        raise RepositoryError(outcome.what, why=outcome.why, fix=outcome.fix)
    say(f"note: repair {repair.id} was cut off: {outcome.what}")


def _finish(request: Request, repair: Repair, wish: RenameWish) -> int | None:
    script = file_repair.script_of(repair)
    say_notes([f"{_described(repair)}. {_GOES_FIRST}"])
    say(f"Script:   {script.path}")
    repository = open_repository(request.repo)
    root = repository.work_tree
    if root is None:
        raise TypeError(repair.id)
    if wish.manner.dry_run:
        with locked(root) as lock:
            outcome = file_repair.try_script(root, lock, script, edited=wish.allow_dirty)
        return conclude("rename-back --dry-run", outcome, (), None, wish.manner)  # fmt: skip
    if not ask("Go on with it?", yes=wish.manner.yes):
        return 1
    with locked(root) as lock:
        ended, outcome = file_repair.finish(
            root, lock, repair, who=read_actor(repository), edited=wish.allow_dirty
        )
    status = conclude(
        f"repair {repair.id}", outcome, (), ended, replace(wish.manner, as_json=False)
    )
    return status if ended.state.is_open else None


def _described(repair: Repair) -> str:
    what = "the undo of " * (repair.state is RepairState.UNDOING) + f"repair {repair.id}"
    does = "changes rows and files" if repair.file_part is not None else "moves files"
    return f"{what}, which {does} here, was cut off, or is still running"


def _ways_on(repair: Repair) -> str:
    if repair.state is RepairState.UNDOING:
        return f"To finish it: migdoctor undo {repair.id}"
    if repair.file_part is not None:
        return f"{_FINISH_ROWS}; to take it back: migdoctor undo {repair.id}"
    return f"{_FINISH}; to take it back: migdoctor undo {repair.id}"


def _open(request: Request) -> list[Repair]:
    if request.ref is not None:
        return []
    if not any(one.changes_files and one.state.is_open for one in read_journal()):
        return []  # as nearly always: git need not be asked
    return file_repair.open_repairs(read_identity(open_repository(request.repo), ()))
