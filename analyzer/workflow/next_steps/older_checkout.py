"""Checkouts that are older than what a database runs: only the checkout is to be mended."""

from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.sources.history.two_points import is_ancestor
from analyzer.workflow.walk import Walk


def newer_branch(done: Walk) -> str:
    """The branch with just the files that ran, which this checkout can be brought up to; or empty.

    Only where files of the checkout count as renamed: else it is no harm to be behind.
    """
    environment, inference = done.report.environments[0], done.inference
    deployed, repository = environment.deployed, inference.repository
    if deployed is None or not deployed.ref or not deployed.exact or deployed.rivals:
        return ""
    if inference.request.ref is not None or repository.work_tree is None:
        return ""
    files = environment.diagnosis.files
    if not any(isinstance(it, FileRenamed) and it.old_row is not None for it in files):
        return ""
    head = repository.head()
    behind = head is not None and is_ancestor(repository, head, deployed.commit)
    return deployed.ref if behind else ""
