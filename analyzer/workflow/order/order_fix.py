"""The smallest fix for each order violation: another version, a guard, or a split."""

from collections.abc import Iterator, Sequence

from analyzer.analysis.order.order_fix import Renumbered, group, renumber
from analyzer.model.core.version import Version
from analyzer.model.findings.dependency import DependencyGraph, Violation
from analyzer.model.findings.order_fix import (
    FileChange,
    FixedViolations,
    FixKind,
    OrderFix,
    RanVersions,
)
from analyzer.records import Struct
from analyzer.sources.git.blobs import read_contents
from analyzer.sources.git.git import Repository
from analyzer.workflow.forecast.other_databases import merged_on
from analyzer.workflow.order.order_fix_text import Case, reword
from analyzer.workflow.reading.files.current_files import TargetFiles

_MOST = 10  # causes that fixes are sought for unasked; fewer in a very long history, as each
_WORK = 5_000  # fix is tried on all migrations


class Workshop(Struct, frozen=True):
    """The input for finding and trying a fix."""

    repository: Repository
    target: TargetFiles
    graph: DependencyGraph
    ran: RanVersions

    def mend(self, version: Version | None = None) -> Iterator[FixedViolations]:
        """Find fixes: for all violations, up to a number, or for those of one version."""
        nodes = self.graph.by_path()
        groups = group(self.graph.violations)
        if version is not None:
            groups = [each for each in groups if nodes[each[0].path].version == version]
        most = max(1, min(_MOST, _WORK // len(nodes)))
        for place, violations in enumerate(groups):
            if version is None and place >= most:
                yield FixedViolations(
                    violations, _not_sought(nodes[violations[0].path].version.text)
                )
            else:
                yield FixedViolations(violations, self._fix(violations))

    def _fix(self, violations: tuple[Violation, ...]) -> OrderFix:
        keys = self.target.framework.keys
        if not self._circular(violations) and (keys is None or keys.told_by_path):
            numbering = self.target.framework.numbering
            renumbered = renumber(
                self.graph,
                violations,
                self.ran,
                numbering,
                lambda path: bool(self._merged_on(path)),
            )
            if renumbered is not None:
                return self._with_version(renumbered)
        user = self.graph.by_path()[violations[0].path]
        framework, guards = self.target.framework, self.target.framework.guards
        if guards is None:
            return _by_hand(violations)
        case = Case(framework, guards(), self.graph, violations, user, self._content(user.path))
        fix = reword(case)
        return fix if fix is not None else _by_hand(violations)

    def _circular(self, violations: Sequence[Violation]) -> bool:
        """Whether the two need each other, so that no version helps."""
        ends = {violations[0].path, violations[0].provided_by}
        return any(ends <= {edge.after for edge in cycle.edges} for cycle in self.graph.cycles)

    def _with_version(self, found: Renumbered) -> OrderFix:
        content = self._content(found.source)
        main = self._merged_on(found.source)
        told = f", and {self.ran.path} does not list it as run" if found.ran is False else ""
        if main:
            why = (
                f"it is the only change needed if no database has run the file{told}; but it is on "
                f"{main}, and a database that has run it would run it again: diagnose production's "
                "first, by migdoctor diagnose"
            )
        else:
            why = f"it is the only change needed: the file is not merged yet{told}"
        return OrderFix(
            FixKind.RENUMBER,
            f"give {found.source} the version {found.version}",
            why,
            (FileChange(found.source, found.target, content, content),),
            unsure=bool(main),
        )

    def _merged_on(self, path: str) -> str:
        (file,) = [it for it in self.target.files.files if it.path == path]
        return merged_on(self.repository, self.target.framework, file)

    def _content(self, path: str) -> bytes:
        (blob,) = [file.blob for file in self.target.files.files if file.path == path]
        return read_contents(self.repository, [blob], self.target.loose)[blob]


def _not_sought(version: str) -> OrderFix:
    return OrderFix(
        FixKind.NONE, f"see migdoctor graph --fix {version}", "only the first few are worked out"
    )


def _by_hand(violations: Sequence[Violation]) -> OrderFix:
    first = violations[0]
    if first.provided_by is not None:
        what = f"move what needs {first.needs} into a new migration after {first.provided_by}"
    else:
        what = f"remove what needs {first.needs}, or move it before {first.removed_by}"
    return OrderFix(
        FixKind.NONE,
        what,
        "both may have run, and the text is not plain enough to change it safely",
    )
