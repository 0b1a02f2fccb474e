"""Which versions the application's own schema file says have run."""

from analyzer.model.findings.order_fix import RanVersions
from analyzer.sources.git.git import Repository
from analyzer.workflow.reading.reading import TargetFiles
from analyzer.workflow.schema.schema_versions import read_schema_files, schema_file_paths


def read_ran_versions(repository: Repository, target: TargetFiles) -> RanVersions:
    """Read the schema file beside the migration folder: structure.sql, else schema.rb."""
    there = {file.path: file for file in read_schema_files(repository, target)}
    ruby, sql = schema_file_paths(target.files.directories[0])
    file = there.get(sql) or there.get(ruby)
    if file is None:
        return RanVersions()
    newest = max(file.numbers, default=None)
    return RanVersions(file.path, newest, frozenset(file.numbers) if file.whole else None)
