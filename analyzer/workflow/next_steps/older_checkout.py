"""Checkouts that lack commits which settle all: only the checkout is to be mended."""

from collections.abc import Iterator

from analyzer.errors import RepositoryError
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.next_steps import CommitAhead
from analyzer.model.findings.rename import Rename
from analyzer.model.plans.plan import Refusal
from analyzer.model.words.shell_word import shell_word
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.history.two_points import is_ancestor
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.walk import Walk

_THE_ONE = "default"  # the name of a database that was not named as one of several
_UPSTREAMS = ("@{upstream}", "refs/remotes/origin/HEAD")
_SHOWN = 10  # digits of a commit


def commit_ahead(done: Walk) -> CommitAhead | None:
    """The commit that this checkout is to be brought up to, after which nothing is to be mended.

    Only where files of the checkout count as renamed: else it is no harm to be behind. Only along
    the branch that is checked out, or the default one: what another one holds was never merged.
    Only where one database is meant: what is newer may harm another.
    """
    inference = done.inference
    repository, request = inference.repository, inference.request
    if request.ref is not None or repository.work_tree is None or request.environment != _THE_ONE:
        return None
    renames = [
        it.rename
        for it in done.report.environments[0].diagnosis.files
        if isinstance(it, FileRenamed) and it.old_row is not None
    ]
    head = repository.head() if renames else None
    if head is None:
        return None
    return _newer(done, head) or _repaired(done, head, renames)


def refuse_behind(done: Walk) -> Refusal | None:
    """Refuse to mend anything where only the checkout is to be brought up to date."""
    ahead = done.recommender.ahead if done.recommender is not None else None
    if ahead is None:
        return None
    named = "--ref HEAD, to plan it for the files of this commit nevertheless"
    return Refusal(f"{ahead.why}: nothing is to be repaired here", (ahead.command, named))


def _newer(done: Walk, head: str) -> CommitAhead | None:
    """The commit with just the files that ran."""
    repository, deployed = done.inference.repository, done.report.environments[0].deployed
    if deployed is None or not deployed.ref or not deployed.exact or deployed.rivals:
        return None
    commit = deployed.commit
    if not is_ancestor(repository, head, commit):
        return None
    if not any(is_ancestor(repository, commit, tip) for _, tip in _upstreams(repository)):
        return None
    shown = commit[:_SHOWN]
    has = f"and {shown} has exactly that"
    return CommitAhead(
        f"what is checked out is older than what this database runs, {has}",
        f"Bring this checkout up to date: it is older than what the database runs, {has}",
        f"{git_here(done)} merge --ff-only {shown}",
    )


def _repaired(done: Walk, head: str, renames: list[Rename]) -> CommitAhead | None:
    """The commit upstream that gives the renamed files their old names back."""
    repository = done.inference.repository
    for name, tip in _upstreams(repository):
        if is_ancestor(repository, tip, head) or not _all_back(done, tip, renames):
            continue
        old = [it.old.path for it in renames]
        found = repository.lines("log", "-z", "-1", "--format=%H", f"{head}..{tip}", "--", *old)
        if found:
            shown, straight = found[0].strip()[:_SHOWN], is_ancestor(repository, head, tip)
            gives = f"commit {shown} of {name} gives the files the names under which they ran"
            line = f"{git_here(done)} merge {'--ff-only ' if straight else ''}{shell_word(shown)}"
            return CommitAhead(
                f"the repair is there already: {gives}",
                f"Pull the repair, which is there already: {gives}",
                line,
            )
    return None


def _all_back(done: Walk, tip: str, renames: list[Rename]) -> bool:
    """Whether a commit has every renamed file under the name that ran, and under no other."""
    folders = done.report.repository.files.directories
    there = {it.path for it in list_commit(done.inference.repository, tip, folders)}
    return all(it.old.path in there and it.new.path not in there for it in renames)


def _upstreams(repository: Repository) -> Iterator[tuple[str, str]]:
    """The upstream of what is checked out, and the remote's default branch: name and commit."""
    for name in _UPSTREAMS:
        try:
            tip = repository.resolve(name)
        except RepositoryError:  # there is none
            continue
        said = repository.ask("rev-parse", "--abbrev-ref", name)
        yield (said or name.encode()).decode("utf-8", "replace").strip(), tip
