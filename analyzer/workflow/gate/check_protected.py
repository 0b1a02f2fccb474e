"""Which merged migrations somebody may have run: those must stay as they are."""

from collections.abc import Sequence

from analyzer.analysis.gate.change_detection import shared_versions
from analyzer.analysis.gate.new_files import lying_in
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.version import Version, VersionKey
from analyzer.records import Struct
from analyzer.sources.git.git import Repository
from analyzer.sources.history.two_points import arrival


class Protected(Struct, frozen=True):
    """Whether somebody may have run a migration."""

    start_after: Version | None
    rows: frozenset[VersionKey] | None
    released: frozenset[VersionKey] | None
    unrun: frozenset[str]  # paths

    def __call__(self, file: MigrationFile) -> bool:
        """Say whether some database may have it."""
        number = file.version.key
        if file.path in self.unrun:
            return False
        if self.start_after is not None and file.version <= self.start_after:
            return False
        if self.rows is None and self.released is None:
            return True
        return number in (self.rows or ()) or number in (self.released or ())


def unrun_files(
    repository: Repository, start: str, then: FileSet, groups: Sequence[tuple[str, ...]]
) -> frozenset[str]:
    """Paths of merged files that cannot have run: another had their version first.

    While two files share a version Rails refuses to migrate, so that a row attests the first.
    """
    found: set[str] = set()
    for group in groups:
        mine = lying_in(then.files, group)
        for sharing in shared_versions(mine):
            found |= _latecomers({it.path: arrival(repository, start, it.path) for it in sharing})
    return frozenset(found)


def _latecomers(came: dict[str, int | None]) -> set[str]:
    """All but the first; all, where several came first together; none where it is not known."""
    known = {path: when for path, when in came.items() if when is not None}
    if len(known) < len(came):
        return set()
    first = min(known.values())
    together = [*known.values()].count(first) > 1
    return {path for path, when in known.items() if when > first or together}
