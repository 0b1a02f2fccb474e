"""Whether a repair of files is in git already: to take it back here is then only the beginning."""

from collections.abc import Sequence

from analyzer.model.plans.repair_journal import Repair
from analyzer.sources.git.git import Repository
from analyzer.sources.git.work_tree import list_changes


def commit_of(repository: Repository, repair: Repair, paths: Sequence[str]) -> str:
    """The commit that has the files as the repair left them, abbreviated; empty where none has."""
    if repair.state.is_open or not paths or not repository.has_commits():
        return ""
    folders = sorted({path.rpartition("/")[0] for path in paths})
    if {*list_changes(repository, folders)} & {*paths}:
        return ""
    return repository.run("log", "-1", "--format=%h", "--", *paths).decode().strip()


def told_of_commit(commit: str) -> str:
    """What else has to follow where a repair is committed; empty where it is not."""
    if not commit:
        return ""
    return (
        f"note: the repair is committed, in {commit}: taken back here, the migrations are diverged "
        "again, for whoever runs these files. Stop deploys first. To keep it taken back, commit "
        "what changes now, and deploy that; where the repaired files were deployed, look first at "
        "what the next migrate would run again: migdoctor diagnose"
    )
