"""Where the migrations lay before their folder was moved as a whole.

An application that moves (``db`` to ``archive/db``) takes its migrations along. Git shows that
only to whoever looks beyond the folder, so the commits that gave birth to it are asked.
"""

from collections.abc import Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.core.history import Commit, FileEvent, History
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import folder_of
from analyzer.sources.history.log import read_events
from analyzer.workflow.reading.files.file_names import ApplicationNames

MOST_BIRTHS = 8  # a folder is born once; branches that were merged later may each bear it again
FEWEST_FILES = 2  # one file that resembles another one elsewhere is no move


def earlier_folders(
    repository: Repository, history: History, directories: Sequence[str], framework: Framework
) -> tuple[str, ...]:
    """Folders that the application's migrations came from, in path order; mostly none."""
    found: dict[str, int] = {}
    for commit in _births(history):
        for event in _events_everywhere(repository, commit.sha):
            if event.old_path is None:
                continue
            folder = _folder_before(event.old_path, event.path, directories, framework)
            if folder is not None:
                found[folder] = found.get(folder, 0) + 1
    return tuple(sorted(folder for folder, files in found.items() if files >= FEWEST_FILES))


def _births(history: History) -> list[Commit]:
    """The first commits that have files in the folders."""
    born = [commit for commit in history.commits if not commit.parents and commit.events]
    return born[:MOST_BIRTHS]


def _events_everywhere(repository: Repository, commit: str) -> tuple[FileEvent, ...]:
    """List what a commit changed in the whole tree; nothing for the repository's first."""
    parents = repository.run("rev-list", "--no-walk", "--parents", commit).decode().split()[1:]
    return read_events(repository, parents[0], commit, ()) if parents else ()


def _folder_before(
    old: str, new: str, directories: Sequence[str], framework: Framework
) -> str | None:
    """The folder that stood in the new folder's place, if both paths are migrations."""
    folder = folder_of(new, directories)
    if folder is None or folder_of(old, directories) is not None:
        return None
    below = new.removeprefix(f"{folder}/").rpartition("/")[0]
    before = old.rpartition("/")[0].removesuffix(below).rstrip("/")
    names = ApplicationNames([*directories, before], framework)
    return before if before and names.of(old) and names.of(new) else None
