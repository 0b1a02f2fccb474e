"""Taking back a rewrite that changed files too: both go back, or neither."""

from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError
from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import FilePart, Repair, RepairState
from analyzer.model.plans.repair_journal_document import read_row_steps
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult, SettledRepair
from analyzer.operations.repair import file_repair, row_repair, whole_repair
from analyzer.operations.repair.script_run import locked
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.options import UndoOptions
from analyzer.services.repair.undo.undo_files import demand_unedited, tell_taking_back, work_tree_of
from analyzer.services.repair.undo.undo_rows import demand_same, place_of, way_back
from analyzer.sources.journal.identity import read_actor


def take_back_both(
    repair: Repair, part: FilePart, options: UndoOptions, dialogue: Dialogue
) -> RepairResult | SettledRepair | DeclinedRepair:
    """Run both ways back: the rows decide where the files belong.

    Raises:
        AnalyzerError: they cannot be run; nothing was changed.
    """
    gateway = open_gateway(options.database_url, options.exec_prefix)
    standing = demand_same(gateway, repair)
    gateway.engine.catalog.demand_privileges(standing, read_row_steps(repair), audit=False)
    repository, root = work_tree_of(repair, options)
    with locked(root) as lock:
        who = read_actor(repository)
        place = whole_repair.RepairPlace(
            gateway, root, lock, who, dialogue.tell, options.allow_dirty
        )
        if repair.state.is_open:
            repair = _settled(place, repair, dialogue)
            if repair.state is not RepairState.DONE:
                return SettledRepair(repair, gone=repair.state.is_gone)
        demand_unedited(root, part.paths, part.after, repair, options)
        tell_taking_back(repair, repository, part.paths, dialogue)
        return _take_back(place, repair, part, standing, options, dialogue)


def _take_back(
    place: whole_repair.RepairPlace,
    repair: Repair,
    part: FilePart,
    standing: Standing,
    options: UndoOptions,
    dialogue: Dialogue,
) -> RepairResult | DeclinedRepair:
    text, dry_text = way_back(repair, place.gateway.engine, options)
    if options.dry_run:
        return _rehearse(place, part, dry_text, repair)
    where = f"{place_of(standing)}, and in {place.root}"
    if not dialogue.ask(f"Take repair {repair.id} back in {where}?"):
        return DeclinedRepair()
    repair, outcome = whole_repair.take_back(place, repair, text)
    return RepairResult("undo", outcome, repair=repair)


def _settled(place: whole_repair.RepairPlace, repair: Repair, dialogue: Dialogue) -> Repair:
    """Find out first what came of a repair that was cut off."""
    if place.gateway.engine.scripts.is_running(place.gateway, repair.id):
        raise DatabaseError(
            f"repair {repair.id} is running",
            why="its session is still there",
            fix="wait until it has ended, then run the same command again",
        )
    because = f"an earlier run was cut off ({repair.changed})"
    settled, outcome = whole_repair.settle(place, repair, because=because, patience=0)
    dialogue.tell(f"note: repair {repair.id} was cut off: {outcome.what}")
    if settled.state.is_open:
        raise DatabaseError(outcome.what, why=outcome.why, fix=outcome.fix)
    return settled


def _rehearse(
    place: whole_repair.RepairPlace, part: FilePart, text: str, repair: Repair
) -> RepairResult:
    scripts, account = place.gateway.engine.scripts, place.who.account
    run = scripts.run_sql(place.gateway, text, repair=repair.id, account=account)
    outcome = row_repair.rehearse_commit(run)
    if outcome.ending is Ending.DRY:
        outcome = file_repair.try_script(place.root, place.lock, part.way_back, edited=place.edited)
    return RepairResult("undo --dry-run", outcome, repair=repair)
