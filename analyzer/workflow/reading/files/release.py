"""Which release of its framework an application runs."""

from analyzer.sources.git.git import Repository
from analyzer.sources.git.named_files import read_named
from analyzer.workflow.reading.files.application import application_root
from analyzer.workflow.reading.files.current_files import TargetFiles


def release_of(repository: Repository, target: TargetFiles) -> tuple[int, int] | None:
    """The release that the application's own file pins at the target, else the repository's."""
    if target.framework.release is None:
        return None
    file = target.framework.release()
    roots = dict.fromkeys((application_root(target), ""))
    paths = [f"{root}{name}" for root in roots for name in file.names]
    there = read_named(repository, target.files.commit, paths)
    told = (file.read(there[path][1]) for path in paths if path in there)
    return next((it for it in told if it is not None), None)
