"""The rules about plurals that the application in hand adds to its framework's."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.base import Framework
from analyzer.sources.git.git import Repository
from analyzer.sources.git.single_files import read_at

if TYPE_CHECKING:
    from analyzer.workflow.reading.files.current_files import TargetFiles


def settle_words(
    framework: Framework, folders: Sequence[str], read: Callable[[str], bytes | None]
) -> None:
    """From here on, migrations are read by the rules of the applications that folders lie in.

    Args: read: the beginning of a file, by its path; None where there is none.
    """
    rules = framework.own_words
    if rules is None:
        return
    roots = dict.fromkeys(framework.files.root(folder) for folder in folders)
    contents = (read(place) for root in roots for place in rules.places(root))
    rules.settle([content for content in contents if content is not None])


def settle_words_of(repository: Repository, targets: Sequence["TargetFiles"]) -> None:
    """The same for applications that were found in one place, by the files there."""
    ruled = [it for it in targets if it.framework.own_words is not None]
    if ruled:
        framework, commit = ruled[0].framework, ruled[0].files.commit
        folders = [folder for it in ruled for folder in it.files.directories]
        settle_words(framework, folders, lambda path: read_at(repository, commit, path))
