"""What is not committed yet in the migration folders: a deploy takes what is committed."""

from analyzer.analysis.advice.file_steps import Uncommitted
from analyzer.model.gate.recorded_renames import record_path
from analyzer.sources.git.work_tree import list_changes
from analyzer.workflow.walk import Walk


def unsaved_of(done: Walk, *, moves: bool, by_hand: bool) -> Uncommitted | None:
    """What is to be committed before a repair; None where nothing is.

    Args:
        moves: only files that got another name or went count: rows are given the names of the
            working tree, and a deploy would bring others. Else files are to move, which they may
            only where all is committed.
        by_hand: a script moves files, and looks at them itself.
    """
    folders = done.report.repository.files.directories
    if done.inference.request.ref is not None or (by_hand and not moves):
        return None
    changed = _changed(done, folders)
    if moves and not _some_gone(done, changed):
        return None
    mine = tuple(it for it in folders if any(_lies_in(path, it) for path in changed))
    if not mine:
        return None
    kept = record_path(folders[0])
    beside = moves and kept in list_changes(done.inference.repository, [kept.rpartition("/")[0]])
    return Uncommitted((*mine, *([kept] if beside else ())), moves=moves)


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _changed(done: Walk, folders: tuple[str, ...]) -> tuple[str, ...]:
    known = done.inference.past_files.shared.unsaved
    if folders not in known:
        known[folders] = tuple(list_changes(done.inference.repository, folders))
    return known[folders]


def _some_gone(done: Walk, changed: tuple[str, ...]) -> bool:
    """Whether a migration that is committed is not there any more."""
    top = done.inference.repository.work_tree
    return top is not None and any(not (top / path).exists() for path in changed)
