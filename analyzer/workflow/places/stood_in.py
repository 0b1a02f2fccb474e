"""Which of several applications the current folder lies in, and whether the rows are another's."""

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import Application
from analyzer.workflow.reading.files.current_files import TargetFiles, best_target, read_targets
from analyzer.workflow.reading.rows.environment import reread

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference

_Applications = tuple[Application, ...]


def stood_in(
    repository: Repository, repo: str | None, found: _Applications
) -> tuple[_Applications, _Applications]:
    """Those of the innermost application around the current folder, and the rest; else all.

    Args: repo: the folder that --repo names, which stands for the current one.
    """
    place = _place(repository, repo)
    around = [it.root for it in found if place is not None and place.is_relative_to(it.root)]
    if not around:
        return found, ()
    root = max(around, key=len)
    return (
        tuple(it for it in found if it.root == root),
        tuple(it for it in found if it.root != root),
    )


def _place(repository: Repository, repo: str | None) -> PurePosixPath | None:
    """Where in the work tree it is; None at its root, from where all applications are as near."""
    here = Path.cwd() if repo is None else Path(repo).expanduser().resolve()
    top = repository.work_tree.resolve() if repository.work_tree is not None else None
    if top is None or here == top or not here.is_relative_to(top):
        return None
    return PurePosixPath(here.relative_to(top).as_posix())


def matches_better(inference: "Inference") -> str | None:
    """Another application, in words, of which more of the rows are; mostly None."""
    target, table = inference.target, inference.table
    found = read_targets(inference.repository, inference.request, anywhere=True)
    best = best_target(found, table, target.framework)

    def matches(one: TargetFiles) -> int:
        applied = reread(table, target.framework, one.framework).rows
        return len({it.version.key for it in applied} & {it.version.key for it in one.files.files})

    if matches(best) <= matches(target):
        return None
    return (
        f"{matches(best)} of {len(table.rows)} applied versions have a file in "
        f"{', '.join(best.files.directories)}, and {matches(target)} here"
    )
