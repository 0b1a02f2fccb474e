"""``rewrite --apply`` where files change with the rows: one question, one repair, one undo."""

import shlex
from pathlib import Path

from analyzer.cli.consent import ask
from analyzer.cli.console import say
from analyzer.cli.renaming import (
    RenameWish,
    apply_moves,
    capitalized,
    demand_clean,
    demand_work_tree,
    file_part,
    in_words,
    say_kept,
)
from analyzer.cli.rewriting import (
    RewriteWish,
    apply_rewrite,
    conclude_rewrite,
    rewrite_entry,
    scripts_of,
    where,
)
from analyzer.cli.verdict import conclude
from analyzer.engines.postgresql.access.door import open_door
from analyzer.engines.postgresql.access.privileges import Standing, demand_privileges, read_standing
from analyzer.engines.postgresql.catalog.measure import read_measure
from analyzer.engines.postgresql.scripts.sql_file import without_commit
from analyzer.engines.postgresql.tools.sql_run import run_sql
from analyzer.model.core.shell_word import shell_word
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.journal import Repair
from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.operations.repair import file_repair, whole_repair
from analyzer.operations.repair.journal import discard_scripts
from analyzer.operations.repair.row_repair import rehearse_commit, settle_open
from analyzer.operations.repair.script_run import locked
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk


def apply_combined(
    request: Request, done: Walk, plan: RowPlan, files: FilePlan, wish: RewriteWish,
    rename: RenameWish, hidden: FollowUp | None = None,
) -> int:  # fmt: skip
    """Carry both halves of a plan out, or the only one; return the exit status.

    Raises:
        AnalyzerError: it cannot be carried out; what was moved is put back.
    """
    if not files.steps:
        return apply_rewrite(request, done, plan, wish, hidden)
    root = demand_work_tree(request, rename)
    if not plan.steps:
        return apply_moves(request, done, files, root, rename, hidden)
    if files.moves and not rename.allow_dirty:
        demand_clean(done)
    door = open_door(request.exec_prefix, request.database_url)
    standing = read_standing(door, plan.table)
    demand_privileges(standing, plan.steps, audit=wish.audit)
    with locked(root) as lock:
        repair, forth = _entry(done, plan, files, root, standing, wish, hidden)
        place = whole_repair.Place(door, root, lock, repair.who, say, rename.allow_dirty)
        if wish.manner.dry_run:
            return _rehearse(place, repair, forth, wish)
        for earlier, outcome in settle_open(door, standing, repair.who):
            say(f"note: repair {earlier.id} was cut off: {outcome.what}")
        _announce(repair, root)
        asked = f"{in_words(files, root)}, and change {where(plan, standing)}?"
        if not ask(capitalized(asked), yes=wish.manner.yes):
            discard_scripts(repair.id)
            return 1
        before = read_measure(door, plan.table)
        ended = whole_repair.carry_out(place, repair, forth)
    return conclude_rewrite(request, door, plan, before, ended, wish)


def _entry(
    done: Walk, plan: RowPlan, files: FilePlan, root: Path, standing: Standing, wish: RewriteWish,
    hidden: FollowUp | None,
) -> tuple[Repair, str]:  # fmt: skip
    repair, forth, back = scripts_of(done, plan, wish)
    part = file_part(done, files, root, repair, git=False)
    entry = rewrite_entry(done, plan, standing, repair, forth, back, part=part, hidden=hidden)
    return entry, forth


def _announce(repair: Repair, root: Path) -> None:
    part = repair.file_part
    if part is None:
        raise TypeError(repair.id)
    by_hand = (f"psql -v ON_ERROR_STOP=1 -f {shell_word(repair.way_back.path)}",
               shlex.join(["sh", part.way_back.path, str(root)]))  # fmt: skip
    say(f"Scripts:  {part.script.path}\n          {repair.script.path}\n"
        f"Way back: migdoctor undo {repair.id}\n"
        f"          or, on that database: {by_hand[0]}\n"
        f"          then, for the files:  {by_hand[1]}")  # fmt: skip
    say_kept(repair.follow_up)


def _rehearse(place: whole_repair.Place, repair: Repair, forth: str, wish: RewriteWish) -> int:
    """Let both scripts do all but the change."""
    part = repair.file_part
    if part is None:
        raise TypeError(repair.id)
    try:
        outcome = file_repair.try_script(place.root, place.lock, part.script, edited=place.edited)
        if outcome.ending is Ending.DRY:
            text = without_commit(forth)
            run = run_sql(place.door, text, repair=repair.id, account=place.who.account)
            outcome = rehearse_commit(run)
    finally:
        discard_scripts(repair.id)
    return conclude("rewrite --dry-run", outcome, (), None, wish.manner)
