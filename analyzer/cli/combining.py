"""``rewrite --combined --apply``: files first, then rows; if the rows stop, the files go back."""

from analyzer.cli.console import say
from analyzer.cli.entry import Manner
from analyzer.cli.renaming import RenameWish, apply_moves, demand_work_tree
from analyzer.cli.rewriting import RewriteWish, apply_rewrite
from analyzer.cli.undoing import UndoWish, take_back
from analyzer.errors import AnalyzerError
from analyzer.model.journal import Repair, RepairKind
from analyzer.model.plan import FilePlan, RowPlan
from analyzer.sources.journal import read_journal
from analyzer.workflow.request import Request
from analyzer.workflow.walk import Walk


def apply_combined(
    request: Request,
    done: Walk,
    plan: RowPlan,
    files: FilePlan,
    wish: RewriteWish,
    rename: RenameWish,
) -> int:
    """Carry both halves of a plan out, or the only one; return the exit status.

    Files alone change nothing in the database, so they go first; the rows, in one transaction,
    are the point from which the whole stands.

    Raises:
        AnalyzerError: it cannot be carried out; what was moved is put back.
    """
    if not files.steps:
        return apply_rewrite(request, done, plan, wish)
    root = demand_work_tree(request, rename)
    known = {repair.id for repair in read_journal()}
    status = apply_moves(request, done, files, root, rename, verify=not plan.steps)
    if status or not plan.steps:
        return status
    try:
        status = apply_rewrite(request, done, plan, wish)
    except AnalyzerError:
        _put_back(known, rename)
        raise
    if status and not wish.manner.dry_run and not _stands(known, RepairKind.REWRITE):
        _put_back(known, rename)
    return status


def _put_back(known: set[str], rename: RenameWish) -> None:
    moved = _stands(known, RepairKind.RENAME_BACK)
    if moved is None:
        return
    say("The rows were not changed, so the files go back.")
    undo = UndoWish(
        repo=None, database_url=None, exec_prefix=(), lock_timeout="5s", allow_dirty=True,
        manner=Manner(dry_run=rename.manner.dry_run, yes=True),
    )  # fmt: skip
    take_back(moved, undo)


def _stands(known: set[str], kind: RepairKind) -> Repair | None:
    """The repair of a kind that this run began and that may stand."""
    found = [
        repair
        for repair in read_journal()
        if repair.id not in known and repair.kind is kind and not repair.state.is_gone
    ]
    return found[-1] if found else None
