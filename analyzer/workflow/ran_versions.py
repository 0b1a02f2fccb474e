"""Which versions the application's own schema file says have run."""

import re

from analyzer.model.mending import RanVersions
from analyzer.sources.blobs import read_contents
from analyzer.sources.git import Repository
from analyzer.sources.tree import list_commit
from analyzer.sources.work_tree import list_work_tree
from analyzer.workflow.reading import Target

_DEFINED = re.compile(rb"Schema(?:\[[\d.]+\])?\.define\(\s*version:\s*([\d_]{1,40})")
_LISTED = re.compile(rb"INSERT INTO [\"\w.]*schema_migrations\b.*", re.DOTALL)
_VERSION = re.compile(rb"\('(\d{1,40})'\)")


def read_ran_versions(repository: Repository, target: Target) -> RanVersions:
    """Read the schema file beside the migration folder: structure.sql, else schema.rb."""
    folder = target.files.directories[0].rpartition("/")[0]
    for name in ("structure.sql", "schema.rb"):
        path = f"{folder}/{name}" if folder else name
        content = _read(repository, target, path)
        if content is not None:
            return _ran(path, content)
    return RanVersions()


def _read(repository: Repository, target: Target, path: str) -> bytes | None:
    commit = target.files.commit
    if commit is None:
        entries, loose = list_work_tree(repository, [path.rpartition("/")[0]])
    else:
        entries, loose = list_commit(repository, commit, [path.rpartition("/")[0]]), {}
    blob = next((entry.blob for entry in entries if entry.path == path and entry.blob), None)
    return None if blob is None else read_contents(repository, [blob], loose)[blob]


def _ran(path: str, content: bytes) -> RanVersions:
    listed = _LISTED.search(content)
    if listed is not None:
        versions = frozenset(int(text) for text in _VERSION.findall(listed[0]))
        return RanVersions(path, max(versions, default=None), versions)
    defined = _DEFINED.search(content)
    newest = int(defined[1].replace(b"_", b"")) if defined else None
    return RanVersions(path if newest is not None else None, newest)
