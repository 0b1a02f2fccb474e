"""A rename that was cut off half way: whoever looks at the files is told how to end it.

`resume` ends it, and loads what carries out repairs; whoever only looks does not pay for that.
"""

from typing import TYPE_CHECKING

from analyzer.errors import AnalyzerError, RepositoryError
from analyzer.model.plans.repair_journal import Repair, RepairState
from analyzer.sources.git.git import open_repository
from analyzer.sources.journal.identity import read_identity
from analyzer.sources.journal.journal_reading import read_journal, read_open_repairs
from analyzer.workflow.reading.request import Request

if TYPE_CHECKING:
    from analyzer.services.dialogue import Dialogue

_FINISH_ROWS = "To finish it: migdoctor rewrite --apply"
_FINISH = "To finish it: migdoctor rename-back --apply"


def tell_open(request: Request, dialogue: "Dialogue") -> None:
    """Name the renames of these files that did not end; a journal that cannot be read has none."""
    try:
        found = open_renames(request)
    except AnalyzerError:
        return  # whoever only looks needs no journal
    if not found:
        return
    from analyzer.model.core.messages import Notes

    dialogue.tell(Notes(tuple(f"{described(repair)}. {ways_on(repair)}" for repair in found)))


def demand_none_open(request: Request) -> None:
    """Refuse to change rows while files are half way: each would be mended against the other.

    Raises:
        AnalyzerError: a rename did not end, or the journal cannot be read.
    """
    for repair in open_renames(request):
        raise RepositoryError(
            described(repair),
            why="what the rows should be depends on where the files end; nothing was changed",
            fix=ways_on(repair),
        )


def described(repair: Repair) -> str:
    """What was cut off, as the beginning of a sentence."""
    what = "the undo of " * (repair.state is RepairState.UNDOING) + f"repair {repair.id}"
    does = "changes rows and files" if repair.file_part is not None else "moves files"
    return f"{what}, which {does} here, was cut off, or is still running"


def ways_on(repair: Repair) -> str:
    """The commands that finish it or take it back."""
    if repair.state is RepairState.UNDOING:
        return f"To finish it: migdoctor undo {repair.id}"
    if repair.file_part is not None:
        return f"{_FINISH_ROWS}; to take it back: migdoctor undo {repair.id}"
    return f"{_FINISH}; to take it back: migdoctor undo {repair.id}"


def open_renames(request: Request) -> list[Repair]:
    """List what a run began to do to the files of a request and did not end, oldest first.

    Raises:
        AnalyzerError: the journal or the repository cannot be read.
    """
    if request.ref is not None:
        return []
    if not any(one.changes_files and one.state.is_open for one in read_journal()):
        return []  # as nearly always: git need not be asked
    return read_open_repairs(read_identity(open_repository(request.repo), ()))
