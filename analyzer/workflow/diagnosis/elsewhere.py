"""The rows that no file here explains, looked for in the whole repository."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.findings.unknown_rows import migration_folder
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.records import replace
from analyzer.sources.git.refs import name_ref
from analyzer.sources.git.tree import list_commit
from analyzer.sources.git.whereabouts import Whereabouts, find_anywhere
from analyzer.sources.git.work_tree import list_work_tree

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference


def look_elsewhere(
    inference: "Inference", versions: Iterable[Version]
) -> Mapping[VersionKey, SeenFile]:
    """Find files in folders and on refs that the application's own history does not hold.

    Returns: by version; ``ref`` is None where the folder is there in the current code, so that
        it can be looked at together with the others.
    """
    wanted = set(versions)
    if not wanted or not inference.repository.has_commits():
        return {}
    found = find_anywhere(
        inference.repository, wanted, inference.framework.files, cache=inference.request.cache
    )
    return {key: _seen_file(inference, where) for key, where in found.items()}


def _seen_file(inference: "Inference", where: Whereabouts) -> SeenFile:
    seen = SeenFile(MigrationFile(where.path, where.name, where.blob), where.commit)
    if _is_here(inference, migration_folder(seen, inference.framework.files.usual)):
        return seen
    ref = name_ref(inference.repository, where.commit)
    return replace(seen, ref=ref or "no branch now")


def _is_here(inference: "Inference", folder: str) -> bool:
    files, repository = inference.target.files, inference.repository
    if files.commit is None and repository.work_tree is not None:
        return bool(list_work_tree(repository, [folder])[0])
    return bool(list_commit(repository, files.commit or "HEAD", [folder]))
