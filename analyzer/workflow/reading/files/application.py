"""What lies around an application's migrations: the folder above them, and its configuration."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.base import Framework
from analyzer.sources.git.blobs import read_at, read_contents
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.git.work_tree import list_work_tree

if TYPE_CHECKING:
    from analyzer.workflow.reading.files.current_files import TargetFiles


def application_root(target: "TargetFiles") -> str:
    """The application's folder, with a slash; empty for the repository's root."""
    root = target.framework.files.root(target.files.directories[0])
    return f"{root}/" if root else ""


def read_key_type(repository: Repository, target: "TargetFiles") -> str | None:
    """What the configuration sets as the type of primary keys: the tables of engines follow it."""
    language = target.framework.language
    if language.config_folder is None:
        return None
    folders = [f"{application_root(target)}{language.config_folder}"]
    if target.files.commit is None:
        entries, loose = list_work_tree(repository, folders)
    else:
        entries, loose = list_commit(repository, target.files.commit, folders), {}
    files = [
        it for it in entries if language.is_configuration(it.path) and it.mode.startswith("100")
    ]
    contents = read_contents(repository, [it.blob for it in files], loose)
    found = (language.key_type(contents[it.blob]) for it in files)
    return next((it for it in found if it is not None), None)


def typed_in(repository: Repository, target: "TargetFiles", command: str = "") -> str:
    """A command of the framework's as it is typed in the application's folder.

    Args: command: as messages name it; empty for the one that migrates.
    """
    commands = target.framework.commands
    return commands.typed(command or commands.migrate, _has(repository, target))


def startable_in(repository: Repository, target: "TargetFiles") -> bool:
    """Whether the application's folder has what the framework's commands start from."""
    return target.framework.commands.startable(_has(repository, target))


def _has(repository: Repository, target: "TargetFiles") -> Callable[[str], bool]:
    """What knows which files lie in the application's folder."""
    root, commit = application_root(target), target.files.commit
    return lambda name: read_at(repository, commit, f"{root}{name}") is not None


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
    contents = (read(place) for root in roots for place in rules.word_files(root))
    rules.settle_words([content for content in contents if content is not None])


def settle_words_of(repository: Repository, targets: Sequence["TargetFiles"]) -> None:
    """The same for applications that were found in one place, by the files there."""
    ruled = [it for it in targets if it.framework.own_words is not None]
    if ruled:
        framework, commit = ruled[0].framework, ruled[0].files.commit
        folders = [folder for it in ruled for folder in it.files.directories]
        settle_words(framework, folders, lambda path: read_at(repository, commit, path))
