"""Taking a rename back: the files get the names that they had."""

from pathlib import Path

from analyzer.errors import RepositoryError
from analyzer.model.core.messages import TakingBack
from analyzer.model.plans.outcome import BACK
from analyzer.model.plans.repair_journal import Repair
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult
from analyzer.operations.repair import file_repair
from analyzer.operations.repair.script_run import locked
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.options import UndoOptions
from analyzer.services.repair.undo.committed import commit_of, told_of_commit
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.journal.identity import read_actor, read_identity


def take_back_files(
    repair: Repair, options: UndoOptions, dialogue: Dialogue
) -> RepairResult | DeclinedRepair:
    """Run the way back of a rename.

    Raises:
        AnalyzerError: it cannot be run; nothing was changed.
    """
    repository, root = work_tree_of(repair, options)
    demand_unedited(root, repair.files, repair.after, repair, options)
    tell_taking_back(repair, repository, repair.files, dialogue)
    edited = options.allow_dirty
    with locked(root) as lock:
        if options.dry_run:
            outcome = file_repair.try_script(root, lock, repair.way_back, edited=edited)
            return RepairResult("undo --dry-run", outcome, repair=repair)
        if not dialogue.ask(f"Take repair {repair.id} back in {root}?"):
            return DeclinedRepair()
        who = read_actor(repository)
        repair, outcome = file_repair.carry_out(
            root, lock, repair, course=BACK, who=who, edited=edited
        )
    return RepairResult("undo", outcome, repair=repair)


def tell_taking_back(
    repair: Repair, repository: Repository, paths: tuple[str, ...], dialogue: Dialogue
) -> None:
    """Say what is about to be taken back, and what follows where it was committed."""
    commit = commit_of(repository, repair, paths)
    dialogue.tell(TakingBack(repair, commit))
    if commit:
        dialogue.tell(told_of_commit(commit))


def work_tree_of(repair: Repair, options: UndoOptions) -> tuple[Repository, Path]:
    """The working tree that a repair changed files of.

    Raises:
        RepositoryError: this is another one.
    """
    repository = open_repository(options.repo or repair.repository.path)
    here = read_identity(repository, ())
    if here.root != repair.repository.root or repository.work_tree is None:
        raise RepositoryError(
            f"{here.path} is not the repository that repair {repair.id} changed",
            why=f"that one was {repair.repository.path}",
            fix="name it: --repo PATH",
        )
    return repository, repository.work_tree


def demand_unedited(
    root: Path, paths: tuple[str, ...], after: str | None, repair: Repair, options: UndoOptions
) -> None:
    """Refuse to move files that are not as the repair left them.

    Args: after: the fingerprint of the files as it left them.

    Raises:
        RepositoryError: one of them was edited, moved or added since.
    """
    if repair.state.is_open or options.allow_dirty:
        return
    if file_repair.files_print(root, paths) != after:
        raise RepositoryError(
            f"the files are not as repair {repair.id} left them",
            why="one of them was edited, moved or added since",
            fix="see what changed with git status, then pass --allow-dirty if the names may go "
            "back anyway; the script still checks every name",
        )
