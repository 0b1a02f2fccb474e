"""Numbers that the main branch has given to other migrations: no file here gets one back."""

from analyzer.frameworks.path_names import name_at
from analyzer.model.core.migration import MigrationName
from analyzer.model.plans.plan import FilePlan, Refusal
from analyzer.sources.git.refs import main_branch
from analyzer.sources.git.tree import list_commit
from analyzer.workflow.walk import Walk

_INSTEAD = "migdoctor rewrite gives the row its new number instead"


def refuse_taken(done: Walk, plan: FilePlan) -> Refusal | None:
    """Refuse to give a file a number that another file of the main branch has meanwhile.

    What the checkout itself has is no matter: the plan knows of that.
    """
    target, files = done.inference.target, done.inference.framework.files
    wanted = {
        name.version.key: move.target
        for move in plan.moves
        if isinstance(name := name_at(files, move.target), MigrationName) and name.version.is_valid
    }
    branch = main_branch(done.inference.repository) if wanted else None
    if branch is None or branch.commit == target.files.commit:
        return None
    known = {file.path for file in target.files.files} | {*wanted.values()}
    for entry in list_commit(done.inference.repository, branch.commit, target.files.directories):
        there = None if entry.path in known else name_at(files, entry.path)
        if isinstance(there, MigrationName) and there.version.key in wanted:
            return Refusal(
                f"{wanted[there.version.key]} would share its number with {entry.path}, which is "
                f"merged on {branch.name}",
                (_INSTEAD,),
            )
    return None
