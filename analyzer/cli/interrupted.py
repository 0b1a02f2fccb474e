"""A rename that was cut off half way: whoever looks at the files is told, and can end it."""

from dataclasses import replace

from analyzer.cli.consent import ask
from analyzer.cli.console import say
from analyzer.cli.refusal import say_notes
from analyzer.cli.renaming import RenameWish
from analyzer.cli.verdict import conclude
from analyzer.errors import AnalyzerError, RepositoryError
from analyzer.model.journal import Repair, RepairKind, RepairState
from analyzer.operations import file_repair
from analyzer.operations.script_run import locked
from analyzer.sources.git import open_repository
from analyzer.sources.journal import read_journal
from analyzer.sources.people import read_actor, read_identity
from analyzer.workflow.request import Request

_GOES_FIRST = "Its own script goes first: it puts back what was moved, then does the whole of it."
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
        status = _finish(request, repair, wish)
        if status is not None:
            return status
    return None


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
    return f"{what}, which moves files here, was cut off, or is still running"


def _ways_on(repair: Repair) -> str:
    if repair.state is RepairState.UNDOING:
        return f"To finish it: migdoctor undo {repair.id}"
    return f"{_FINISH}; to take it back: migdoctor undo {repair.id}"


def _open(request: Request) -> list[Repair]:
    if request.ref is not None:
        return []
    if not any(one.kind is RepairKind.RENAME_BACK and one.state.is_open for one in read_journal()):
        return []  # as nearly always: git need not be asked
    return file_repair.open_repairs(read_identity(open_repository(request.repo), ()))
