"""Which application rows belong to, where none of their versions is carried by a file of today."""

from collections.abc import Callable, Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.core.version import VersionKey
from analyzer.model.core.version_table import VersionTable
from analyzer.records import replace
from analyzer.workflow.reading.files.current_files import TargetFiles, best_target
from analyzer.workflow.reading.files.file_history import TargetHistory
from analyzer.workflow.reading.files.file_names import ApplicationNames
from analyzer.workflow.reading.rows.environment import reread


def likely_target(
    targets: Sequence[TargetFiles],
    table: VersionTable,
    reader: Framework,
    history_of: Callable[[TargetFiles], TargetHistory],
) -> TargetFiles:
    """The application whose versions match the most rows: those of today, else those of any time.

    Args: reader: the framework that the rows were read for.
    """
    best = best_target(targets, table, reader)
    if not table.rows or _carried(best, table, reader):
        return best

    def ever(target: TargetFiles) -> int:
        applied = _applied(table, reader, target.framework)
        return len(applied & _ever(target, history_of(target)))

    chosen = max(targets, key=ever)
    if not ever(chosen):
        return best
    others = [it for one in targets if one is not chosen for it in one.files.directories]
    return replace(chosen, others=(*others, *targets[0].others))


def _applied(table: VersionTable, reader: Framework, framework: Framework) -> set[VersionKey]:
    return {row.version.key for row in reread(table, reader, framework).rows}


def _carried(target: TargetFiles, table: VersionTable, reader: Framework) -> bool:
    applied = _applied(table, reader, target.framework)
    return any(file.version.key in applied for file in target.files.files)


def _ever(target: TargetFiles, read: TargetHistory) -> set[VersionKey]:
    """All versions that files in its folders ever carried."""
    names = ApplicationNames(read.folders, target.framework)
    found = (names.of(event.path) for commit in read.history.commits for event in commit.events)
    paths_before = (
        names.of(event.old_path)
        for commit in read.history.commits
        for event in commit.events
        if event.old_path is not None
    )
    return {name.version.key for name in (*found, *paths_before) if name is not None}
