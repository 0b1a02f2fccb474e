"""All migrations of an application with what they do, without any database."""

from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.records import replace
from analyzer.sources.git.blobs import read_contents
from analyzer.sources.git.git import Repository
from analyzer.workflow.reading.files.current_files import TargetFiles, read_targets
from analyzer.workflow.reading.request import Request


def read_migrations(
    repository: Repository, target: TargetFiles, key_type: str | None = None
) -> tuple[ReadMigration, ...]:
    """Read and parse all migration files of a target, in version order.

    A content that several files share is parsed once; of a huge file, the beginning.
    """
    parsed = dict[str, Parsed]()
    stood_for = {key for file in target.files.files for key in file.name.replaces}
    found = []
    for file in target.files.files:
        if file.blob not in parsed:
            content = read_contents(repository, [file.blob], target.loose)[file.blob]
            parsed[file.blob] = target.framework.language.parse(content, key_type)
        replaced = file.version.text in stood_for
        found.append(ReadMigration(file.version, file.path, parsed[file.blob], replaced))
    return tuple(found)


def read_largest(repository: Repository, request: Request) -> TargetFiles:
    """Read the files at --ref, or in the working tree, of the largest application or of --dir.

    Returns: the files of --dir, or else of the application with the most migrations; ``others``
        are the folders of the other ones.
    """
    targets = read_targets(repository, request)
    largest = max(targets, key=lambda target: len(target.files.files))
    others = (it.files.directories for it in targets if it is not largest)
    beside = tuple(folder for folders in others for folder in folders)
    return replace(largest, others=(*beside, *largest.others))
