"""Checkouts that are older than what a database runs: only the checkout is to be mended."""

from analyzer.errors import RepositoryError
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.sources.git.git import Repository
from analyzer.sources.history.two_points import is_ancestor
from analyzer.workflow.walk import Walk

_THE_ONE = "default"  # the name of a database that was not named as one of several


def newer_commit(done: Walk) -> str:
    """The commit with just the files that ran, which this checkout can be brought up to; or empty.

    Only where files of the checkout count as renamed: else it is no harm to be behind. Only along
    the branch that is checked out, or the default one: what another one holds was never merged.
    Only where one database is meant: what is newer may harm another.
    """
    environment, inference = done.report.environments[0], done.inference
    deployed, repository, request = environment.deployed, inference.repository, inference.request
    if deployed is None or not deployed.exact or deployed.rivals or request.ref is not None:
        return ""
    if repository.work_tree is None or request.environment != _THE_ONE:
        return ""
    files = environment.diagnosis.files
    if not any(isinstance(it, FileRenamed) and it.old_row is not None for it in files):
        return ""
    head = repository.head()
    behind = head is not None and is_ancestor(repository, head, deployed.commit)
    return deployed.commit if behind and _is_merged(repository, deployed.commit) else ""


def _is_merged(repository: Repository, commit: str) -> bool:
    """Whether the upstream of what is checked out has a commit, or the remote's default branch."""
    for name in ("@{upstream}", "refs/remotes/origin/HEAD"):
        try:
            tip = repository.resolve(name)
        except RepositoryError:  # there is none
            continue
        if is_ancestor(repository, commit, tip):
            return True
    return False
