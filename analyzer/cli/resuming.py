"""A rename that was cut off half way is brought to its end, before anything else is changed."""

from dataclasses import replace

from analyzer.cli.consent import ask
from analyzer.cli.console import say
from analyzer.cli.interrupted import described, open_renames, ways_on
from analyzer.cli.refusal import say_notes
from analyzer.cli.renaming import RenameWish
from analyzer.cli.verdict import conclude
from analyzer.engines.postgresql.access.door import Door, open_door
from analyzer.engines.postgresql.access.privileges import read_standing
from analyzer.errors import RepositoryError
from analyzer.model.plans.journal import Repair
from analyzer.operations.repair import file_repair, whole_repair
from analyzer.operations.repair.script_run import locked
from analyzer.sources.git.git import open_repository
from analyzer.sources.journal.identity import read_actor
from analyzer.workflow.reading.request import Request

_GOES_FIRST = "Its own script goes first: it puts back what was moved, then does the whole of it."


def finish_open(request: Request, wish: RenameWish) -> int | None:
    """Bring to its end what an earlier run left half way; None where the way is free.

    Raises:
        AnalyzerError: another repair is running, or the journal cannot be written.
    """
    for repair in open_renames(request):
        if repair.file_part is not None:
            raise RepositoryError(
                described(repair),
                why="where the files belong depends on whether its rows were changed; nothing was "
                "changed now",
                fix=ways_on(repair),
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
    for repair in open_renames(request):
        if repair.file_part is None or repair.database is None:
            continue
        door = open_door(request.exec_prefix, request.database_url)
        if not read_standing(door, repair.database.table).identity.is_same(repair.database):
            raise RepositoryError(described(repair), why="its rows are in another database: "
                                  f"{repair.database.name} at {repair.database.server}",
                                  fix=ways_on(repair))  # fmt: skip
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
    say_notes([f"{described(repair)}. {_GOES_FIRST}"])
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
