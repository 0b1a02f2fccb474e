"""A rewrite whose files change with its rows: one question, one repair, one undo."""

import shlex
from pathlib import Path

from analyzer.engines.registry import open_gateway
from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import Repair
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult
from analyzer.operations.repair import file_repair, whole_repair
from analyzer.operations.repair.journal_writing import discard_scripts
from analyzer.operations.repair.row_repair import rehearse_commit
from analyzer.operations.repair.script_run import locked
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.files.execution import (
    PlannedMoves,
    apply_moves,
    capitalized,
    demand_clean,
    demand_work_tree,
    file_part,
    in_words,
)
from analyzer.services.repair.follow_up import tell_kept
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rows.execution import (
    PlannedRewrite,
    apply_rewrite,
    rewrite_entry,
    tell_settled,
    verified,
    where,
)
from analyzer.services.repair.rows.row_scripts import scripts_of
from analyzer.workflow.next_steps.typed_commands import typed_file
from analyzer.workflow.reading.request import Request


def apply_combined(
    planned: PlannedRewrite, options: RewriteOptions, dialogue: Dialogue
) -> RepairResult | DeclinedRepair:
    """Carry both halves of a plan out, or the only one.

    Raises:
        AnalyzerError: it cannot be carried out; what was moved is put back.
    """
    if not planned.files.steps:
        return apply_rewrite(planned, options, dialogue)
    root = demand_work_tree(planned.request, options.files, dialogue)
    if not planned.plan.steps:
        moves = PlannedMoves(planned.done, planned.files, planned.request, planned.hidden)
        return apply_moves(moves, root, options.files, dialogue)
    if planned.files.moves and not options.allow_dirty:
        demand_clean(planned.done, planned.hidden)
    return _apply_both(planned, root, options, dialogue)


def _apply_both(
    planned: PlannedRewrite, root: Path, options: RewriteOptions, dialogue: Dialogue
) -> RepairResult | DeclinedRepair:
    plan, request = planned.plan, planned.request
    gateway = open_gateway(request.database_url, request.exec_prefix)
    standing = gateway.engine.catalog.read_standing(gateway, plan.table)
    gateway.engine.catalog.demand_privileges(standing, plan.steps, audit=options.audit)
    with locked(root) as lock:
        repair, forth = _entry(planned, root, standing, options)
        who = repair.who
        place = whole_repair.RepairPlace(
            gateway, root, lock, who, dialogue.tell, options.allow_dirty
        )
        if options.dry_run:
            return _rehearse(place, repair, forth)
        tell_settled(gateway, standing, who, dialogue)
        _announce(repair, root, request, dialogue)
        asked = f"{in_words(planned.files, root)}, and change {where(plan, standing)}?"
        if not dialogue.ask(capitalized(asked)):
            discard_scripts(repair.id)
            return DeclinedRepair()
        before = gateway.engine.catalog.read_measure(gateway, plan.table, plan.shape)
        ended = whole_repair.carry_out(place, repair, forth)
    return verified(planned, gateway, before, ended, options, dialogue)


def _entry(
    planned: PlannedRewrite, root: Path, standing: Standing, options: RewriteOptions
) -> tuple[Repair, str]:
    repair, forth, back = scripts_of(planned.done, planned.plan, options)
    part = file_part(planned.done, planned.files, root, repair, git=False)
    entry = rewrite_entry(planned, standing, repair, (forth, back), part)
    return entry, forth


def _announce(repair: Repair, root: Path, request: Request, dialogue: Dialogue) -> None:
    part = repair.file_part
    if part is None:
        raise TypeError(repair.id)
    rows = typed_file(request, repair.way_back.path)
    files = shlex.join(["sh", part.way_back.path, str(root)])
    dialogue.tell(
        f"Scripts:  {part.script.path}\n          {repair.script.path}\n"
        f"Way back: migdoctor undo {repair.id}\n"
        f"          or, on that database: {rows}\n"
        f"          then, for the files:  {files}"
    )
    tell_kept(repair.follow_up, dialogue)


def _rehearse(place: whole_repair.RepairPlace, repair: Repair, forth: str) -> RepairResult:
    """Let both scripts do all but the change."""
    part = repair.file_part
    if part is None:
        raise TypeError(repair.id)
    try:
        outcome = file_repair.try_script(place.root, place.lock, part.script, edited=place.edited)
        if outcome.ending is Ending.DRY:
            scripts, account = place.gateway.engine.scripts, place.who.account
            text = scripts.without_commit(forth)
            run = scripts.run_sql(place.gateway, text, repair=repair.id, account=account)
            outcome = rehearse_commit(run)
    finally:
        discard_scripts(repair.id)
    return RepairResult("rewrite --dry-run", outcome)
