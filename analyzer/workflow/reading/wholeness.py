"""Whether a repair can be trusted and carried out, where a clone or a checkout is not whole."""

from analyzer.model.core.deployment import Deployed, HowDeployed
from analyzer.model.plans.plan import FilePlan, Refusal
from analyzer.sources.files.below import is_below
from analyzer.sources.git.gaps import bring_in
from analyzer.sources.history.two_points import is_ancestor
from analyzer.workflow.walk import Walk


def refuse_gaps(done: Walk) -> Refusal | None:
    """Refuse what depends on a part of the history that is not here.

    Where the user names the commit that production runs, its versions are just the applied ones,
    and the way from it to the files of today is here, nothing depends on the rest.
    """
    gaps = done.report.repository.gaps
    if not gaps or _is_settled(done, done.report.environments[0].deployed):
        return None
    return Refusal(
        "; ".join(gap.what for gap in gaps) + "; what is missing may change the repair",
        (
            *(gap.fix for gap in gaps),
            "name the commit that production runs, if all since is here: --deployed COMMIT",
        ),
    )


def _is_settled(done: Walk, deployed: Deployed | None) -> bool:
    if deployed is None or deployed.how is not HowDeployed.GIVEN or not deployed.exact:
        return False
    if any(gap.name != "shallow" for gap in done.report.repository.gaps):
        return False
    tip = done.inference.past_files.tip
    return tip is not None and is_ancestor(done.inference.repository, deployed.commit, tip)


def refuse_absent(done: Walk, plan: FilePlan) -> Refusal | None:
    """Refuse to move or change files that a sparse checkout leaves out of the working tree."""
    root = done.inference.repository.work_tree
    if root is None or done.report.repository.files.commit is not None:
        return None
    absent = [path for path, _ in plan.before if not is_below(root, path)]
    if not absent:
        return None
    more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
    return Refusal(
        f"the checkout is sparse, and leaves out what is to change: {absent[0]}{more}",
        (bring_in(done.inference.repository, absent), "then run the same command again"),
    )
