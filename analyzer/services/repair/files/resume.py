"""A rename that was cut off half way is brought to its end, before anything else is changed."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, RepositoryError
from analyzer.model.core.messages import EarlierEnded, Notes
from analyzer.model.plans.repair_journal import Repair
from analyzer.model.plans.repair_result import (
    DeclinedRepair,
    EarlierUnfinished,
    RepairEnd,
    RepairResult,
)
from analyzer.operations.repair import file_repair, whole_repair
from analyzer.operations.repair.script_run import locked
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.files.interrupted import described, open_renames, ways_on
from analyzer.services.repair.options import RenameBackOptions
from analyzer.services.repair.rows.execution import tell_settled
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.journal.identity import read_actor
from analyzer.sources.journal.journal_reading import read_journal
from analyzer.workflow.reading.request import Request

_GOES_FIRST = "Its own script runs first: it puts back what was moved, then starts over."


def finish_open(
    request: Request, options: RenameBackOptions, dialogue: Dialogue
) -> RepairEnd | None:
    """Bring to its end what an earlier run left half way; None where the way is free.

    Raises:
        AnalyzerError: another repair is running, or the journal cannot be written.
    """
    for repair in open_renames(request):
        if repair.file_part is not None:
            raise RepositoryError(
                described(repair),
                why="where the files belong depends on whether its rows were changed; nothing was "
                "changed this time",
                fix=ways_on(repair),
            )
        ended = _finish(request, repair, options, dialogue)
        if ended is not None:
            return ended
    return None


def settle_whole(request: Request, options: RenameBackOptions, dialogue: Dialogue) -> None:
    """Find out what came of rewrites that changed files here too, and were cut off.

    Raises:
        AnalyzerError: one is of another database, still runs, or cannot be settled.
    """
    for repair in open_renames(request):
        if repair.file_part is None or repair.database is None:
            continue
        gateway = open_gateway(request.database_url, request.exec_prefix)
        standing = gateway.engine.catalog.read_standing(gateway, repair.database.table)
        if not standing.identity.is_same(repair.database):
            raise RepositoryError(
                described(repair),
                why="its rows are in another database: "
                f"{repair.database.name} at {repair.database.server}",
                fix=ways_on(repair),
            )
        _settle(request, repair, gateway, dialogue, edited=options.allow_dirty)


def settle_rows(requests: Sequence[Request], dialogue: Dialogue) -> None:
    """Find out what came of rewrites of these databases that were cut off, and tell it.

    One that still runs is left alone, and so is a database that cannot be reached: whoever reads
    it next says why.
    """
    begun = [
        it.database.table
        for it in read_journal()
        if it.state.is_open and it.file_part is None and it.database is not None
    ]
    for request in requests if begun else ():
        if request.rows is None:
            with suppress(AnalyzerError):
                who = read_actor(open_repository(request.repo))
                gateway = open_gateway(request.database_url, request.exec_prefix)
                for table in dict.fromkeys(begun):
                    standing = gateway.engine.catalog.read_standing(gateway, table)
                    tell_settled(gateway, standing, who, dialogue)


def _settle(
    request: Request, repair: Repair, gateway: Gateway, dialogue: Dialogue, *, edited: bool
) -> None:
    repository, root = _work_tree(request, repair)
    because = f"an earlier run was cut off ({repair.changed})"
    with locked(root) as lock:
        who = read_actor(repository)
        place = whole_repair.RepairPlace(gateway, root, lock, who, dialogue.tell, edited)
        ended, outcome = whole_repair.settle(place, repair, because=because, patience=0)
    if ended.state.is_open:
        raise RepositoryError(outcome.what, why=outcome.why, fix=outcome.fix)
    dialogue.tell(f"note: repair {repair.id} was cut off: {outcome.what}")


def _work_tree(request: Request, repair: Repair) -> tuple[Repository, Path]:
    repository = open_repository(request.repo)
    if repository.work_tree is None:
        raise TypeError(repair.id)
    return repository, repository.work_tree


def _finish(
    request: Request, repair: Repair, options: RenameBackOptions, dialogue: Dialogue
) -> RepairEnd | None:
    script = file_repair.script_of(repair)
    dialogue.tell(Notes((f"{described(repair)}. {_GOES_FIRST}",)))
    dialogue.tell(f"Script:   {script.path}")
    repository, root = _work_tree(request, repair)
    edited = options.allow_dirty
    if options.dry_run:
        with locked(root) as lock:
            outcome = file_repair.try_script(root, lock, script, edited=edited)
        return RepairResult("rename-back --dry-run", outcome)
    if not dialogue.ask("Go on with it?"):
        return DeclinedRepair()
    with locked(root) as lock:
        who = read_actor(repository)
        ended, outcome = file_repair.finish(root, lock, repair, who=who, edited=edited)
    result = RepairResult(f"repair {repair.id}", outcome, repair=ended)
    dialogue.tell(EarlierEnded(result))
    return EarlierUnfinished(result) if ended.state.is_open else None
