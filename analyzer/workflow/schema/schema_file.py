"""The schema file that an application keeps beside its migrations."""

import os

from analyzer import limits
from analyzer.analysis.schema.schema import schema_of_effects
from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks.ports.schema_file import SchemaFile
from analyzer.frameworks.registry import cannot
from analyzer.model.core.version import Version
from analyzer.model.findings.schema_diff import LISTED_KINDS, Holding
from analyzer.model.findings.schema_state import SchemaState
from analyzer.model.schema.schema import ConstraintKind
from analyzer.records import Struct, replace
from analyzer.sources.files import bounded
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.git.work_tree import read_file
from analyzer.workflow.reading.files.application import application_root
from analyzer.workflow.reading.files.current_files import TargetFiles


class SchemaFileState(Struct, frozen=True):
    """The schema that a schema file builds; ``version`` is the newest that it includes."""

    path: str
    place: str  # in words
    state: SchemaState
    holding: Holding
    version: Version | None


def read_schema_file(
    repository: Repository, target: TargetFiles, path: str | None = None
) -> SchemaFileState:
    """Read the application's schema file at the target's commit, or the one at ``path``.

    Args:
        path: from the repository's root, or of any file on this computer.

    Raises:
        RepositoryError: the application keeps none.  UsageError: there is no file at ``path``, or
            the framework keeps none at all.
    """
    port = target.framework.schema_file
    if port is None:
        raise cannot(target.framework, "schema file", "compare with a database: --diff database")
    if path is not None:
        source = _read(repository, target, path)
        if source is None:
            return _parsed(port, path, f"the file {path}", _from_disk(path))
        return _parsed(port, path, f"{path} at {target.files.ref}", source)
    usual = [f"{application_root(target)}{name}" for name in port.usual]
    for place in usual:
        source = _read(repository, target, place)
        if source is not None:
            return _parsed(port, place, f"{place} at {target.files.ref}", source)
    raise RepositoryError(
        f"neither {' nor '.join(usual)} exists at {target.files.ref}",
        why="the application keeps no schema file there, or it is not in git",
        fix="name it: --schema-file PATH, or compare with a database: --diff database",
    )


def _read(repository: Repository, target: TargetFiles, path: str) -> bytes | None:
    """A file's content at the target; None where there is none, or the path leads outside."""
    if path.startswith("/") or ".." in path.split("/"):
        return None
    if target.files.commit is None:
        return read_file(repository, path, limits.SCHEMA_BYTES)
    folder = path.rpartition("/")[0]
    entries = list_commit(repository, target.files.commit, [folder])
    blob = next((entry.blob for entry in entries if entry.path == path), None)
    return repository.read_blob(blob) if blob is not None else None


def _from_disk(path: str) -> bytes:
    try:
        return bounded.read_file(path, limits.SCHEMA_BYTES, UsageError)
    except OSError as error:
        raise UsageError(
            f"cannot read the schema file {path}",
            why=os.strerror(error.errno or 0),
            fix="give its path from the repository's root, or from the current folder",
        ) from error


def _parsed(port: SchemaFile, path: str, place: str, source: bytes) -> SchemaFileState:
    read = port.parse(path, source)
    state, holding = schema_of_effects(read.effects, path), read.holding
    if read.selective:
        holding = _as_written(state, holding)
    return SchemaFileState(path, place, state, holding, read.version)


def _as_written(state: SchemaState, holding: Holding) -> Holding:
    """A file that leaves some kinds out holds those of which it has one."""
    kinds = {it.kind for table in state.schema.tables.values() for it in table.constraints}
    constraints = frozenset(ConstraintKind) if holding.enums else frozenset(kinds)
    listed = {it.kind for it in state.schema.others}
    return replace(holding, constraints=constraints, others=LISTED_KINDS & listed)
