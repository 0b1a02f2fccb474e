"""All migrations of an application with what they do, without any database."""

from collections.abc import Sequence
from dataclasses import replace

from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.core.version_table import TableName, VersionTable
from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.sources.git.blobs import read_contents
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import find_applications
from analyzer.workflow.reading.reading import FRAMEWORK, TargetFiles, read_target
from analyzer.workflow.reading.request import Request


def read_migrations(
    repository: Repository, target: TargetFiles, key_type: str | None = None
) -> tuple[ReadMigration, ...]:
    """Read and parse all migration files of a target, in version order.

    A content that several files share is parsed once; of a huge file, the beginning.
    """
    parsed = dict[str, Parsed]()
    found = []
    for file in target.files.files:
        if file.blob not in parsed:
            content = read_contents(repository, [file.blob], target.loose)[file.blob]
            parsed[file.blob] = parse_ruby(content, key_type)
        found.append(ReadMigration(file.version.text, file.path, parsed[file.blob]))
    return tuple(found)


def read_largest(repository: Repository, request: Request) -> TargetFiles:
    """Read the files at --ref, or in the working tree, of the largest application or of --dir.

    Returns: the files of --dir, or else of the application with the most migrations; ``others``
        are the folders of the other ones.
    """
    first = read_target(repository, request, _no_rows())
    if not first.others:
        return first
    folders = (*first.files.directories, *first.others)
    applications = find_applications(f"{folder}/x" for folder in folders)
    targets = [_of(repository, request, each.directories) for each in applications]
    largest = max(targets, key=lambda target: len(target.files.files))
    kept = set(largest.files.directories)
    return replace(largest, others=tuple(folder for folder in folders if folder not in kept))


def _of(repository: Repository, request: Request, folders: Sequence[str]) -> TargetFiles:
    return read_target(repository, replace(request, directories=tuple(folders)), _no_rows())


def _no_rows() -> VersionTable:
    return VersionTable("default", "rows", "nowhere", TableName(FRAMEWORK.table), ())
