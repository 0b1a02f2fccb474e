"""What lies around an application's migrations: the folder above them, and its configuration."""

import re

from analyzer.sources.git.blobs import read_contents
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.git.work_tree import list_work_tree
from analyzer.workflow.reading.reading import TargetFiles

_KEY_TYPE = re.compile(rb"primary_key_type(?:\s*[:=]>?\s*|:\s*):(\w+)")
_BELOW_DB = re.compile(r"(?P<root>(?:.+/)?)db/.+")


def application_root(target: TargetFiles) -> str:
    """The folder above the application's ``db``, with a slash; empty for the repository's root."""
    found = _BELOW_DB.fullmatch(target.files.directories[0])
    return found["root"] if found else ""


def read_key_type(repository: Repository, target: TargetFiles) -> str | None:
    """Read ``primary_key_type`` from the configuration; the tables of engines follow it."""
    folders = [f"{application_root(target)}config"]
    if target.files.commit is None:
        entries, loose = list_work_tree(repository, folders)
    else:
        entries, loose = list_commit(repository, target.files.commit, folders), {}
    blobs = [it.blob for it in entries if it.path.endswith(".rb") and it.mode.startswith("100")]
    contents = read_contents(repository, blobs, loose)
    found = (_KEY_TYPE.search(contents[blob]) for blob in blobs)
    return next((match[1].decode() for match in found if match), None)
