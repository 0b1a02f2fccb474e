"""The versions in an application's schema files, as they are at the target."""

from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.sources.git.git import Repository
from analyzer.sources.git.named_files import read_named
from analyzer.workflow.reading.files.current_files import TargetFiles


def read_schema_files(repository: Repository, target: TargetFiles) -> tuple[SchemaVersions, ...]:
    """Read the schema files beside the target's migration folders, in path order.

    Those that are there as regular files and name versions; mostly one, often none.
    """
    port = target.framework.schema_file
    if port is None:
        return ()
    wanted = {path for folder in target.files.directories for path in port.beside(folder)}
    there = read_named(repository, target.files.commit, sorted(wanted))
    found = (port.versions(path, *there[path]) for path in sorted(there))
    return tuple(file for file in found if file is not None)
