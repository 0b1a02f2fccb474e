"""The versions in an application's schema files, as they are at the target."""

import re

from analyzer.frameworks.rails.schema_file.schema_versions import read_schema_versions
from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.sources.git.git import Repository
from analyzer.sources.git.named_files import read_named
from analyzer.workflow.reading.reading import TargetFiles

_FOLDER = re.compile(r"(?:(?P<name>.+)_)?migrate")
_OTHER_DEPLOYMENT = "post"  # db/post_migrate belongs to the same database


def schema_file_paths(folder: str) -> tuple[str, str]:
    """List the paths where Rails keeps the schema of a migration folder's database.

    ``db/migrate`` goes with ``db/schema.rb`` and ``db/structure.sql``, ``db/animals_migrate``, of
    a further database, with ``db/animals_schema.rb`` and ``db/animals_structure.sql``.
    """
    parent, slash, last = folder.rpartition("/")
    found = _FOLDER.fullmatch(last)
    name = found["name"] if found else None
    lead = f"{name}_" if name and name != _OTHER_DEPLOYMENT else ""
    return f"{parent}{slash}{lead}schema.rb", f"{parent}{slash}{lead}structure.sql"


def read_schema_files(repository: Repository, target: TargetFiles) -> tuple[SchemaVersions, ...]:
    """Read the schema files beside the target's migration folders, in path order.

    Those that are there as regular files and name versions; mostly one, often none.
    """
    folders = target.files.directories
    wanted = {path for folder in folders for path in schema_file_paths(folder)}
    there = read_named(repository, target.files.commit, sorted(wanted))
    found = (read_schema_versions(path, *there[path]) for path in sorted(there))
    return tuple(file for file in found if file is not None)
