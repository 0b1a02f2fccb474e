"""What lies around an application's migrations: the folder above them, and its configuration."""

from analyzer.sources.git.blobs import read_contents
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.git.work_tree import list_work_tree
from analyzer.workflow.reading.files.current_files import TargetFiles


def application_root(target: TargetFiles) -> str:
    """The application's folder, with a slash; empty for the repository's root."""
    root = target.framework.files.root(target.files.directories[0])
    return f"{root}/" if root else ""


def read_key_type(repository: Repository, target: TargetFiles) -> str | None:
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
