"""Files whose dates the application itself forbids."""

from datetime import datetime

from analyzer.frameworks.ports.dating import Dating
from analyzer.model.core.migration import FileSet
from analyzer.records import replace
from analyzer.sources.git.git import Repository
from analyzer.sources.git.named_files import read_named


def with_forbidden(
    repository: Repository, files: FileSet, rule: Dating, root: str, now: datetime
) -> FileSet:
    """Note the files that are dated later than the application's settings allow.

    The settings are read at the same place in time, and only if a file is dated that late.

    Args: root: the application's folder, from the repository's root.
    """
    late = rule.beyond(files.files, now)
    if not late:
        return files
    wanted = rule.settings(root)
    found = read_named(repository, files.commit, wanted)
    if not rule.is_on([found[path][1] for path in wanted if path in found]):
        return files
    return replace(files, forbidden=tuple(file.path for file in late))
