"""Which versions the application's own schema file says have run."""

from analyzer.model.findings.order_fix import RanVersions
from analyzer.sources.git.git import Repository
from analyzer.workflow.reading.files.current_files import TargetFiles
from analyzer.workflow.schema.schema_versions import read_schema_files


def read_ran_versions(repository: Repository, target: TargetFiles) -> RanVersions:
    """Read the schema file beside the migration folder: of several, the one that tells most."""
    there = {file.path: file for file in read_schema_files(repository, target)}
    port = target.framework.schema_file
    places = () if port is None else port.beside(target.files.directories[0])
    file = next((there[path] for path in reversed(places) if path in there), None)
    if file is None:
        return RanVersions()
    newest = max(file.versions, default=None)
    return RanVersions(file.path, newest, frozenset(file.versions) if file.whole else None)
