"""From a request to a dependency graph, its fixes and its neighbourhood."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.order.dependencies import build_graph
from analyzer.analysis.order.neighbourhood import around
from analyzer.analysis.order.order_fix import group
from analyzer.engines.registry import engine_in_hand
from analyzer.errors import UsageError
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.findings.dependency import DependencyGraph
from analyzer.model.findings.graph_report import Brief, GraphReport, NodeMarks, NodeState
from analyzer.model.findings.order_fix import FixedViolations
from analyzer.model.findings.report import RepositoryFacts
from analyzer.records import Struct, replace
from analyzer.sources.git.blobs import read_contents
from analyzer.sources.git.git import Repository, open_repository
from analyzer.workflow.order.order_fix import Workshop
from analyzer.workflow.order.ran_marks import UNMARKED, Marked
from analyzer.workflow.reading.files.current_files import TargetFiles
from analyzer.workflow.reading.files.effects import read_largest, read_migrations
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.ran_versions import read_ran_versions

if TYPE_CHECKING:
    from analyzer.analysis.order.told_order import LineOf

MOST_DRAWN = 60  # migrations in a picture that is still legible as a whole
_RAN = (NodeState.APPLIED, NodeState.RENAMED)
_ODD = (NodeState.RENAMED, NodeState.BLOCKED, NodeState.AMBIGUOUS)
_SINGULAR = {
    "break the order": "breaks the order",
    "break the order or were renamed": "breaks the order or was renamed",
}


class GraphOptions(Struct, frozen=True):
    """The options of a graph; fields mirror the options of their names."""

    around: str | None = None
    depth: int = 1
    fix: str | None = None
    brief: bool = False  # of a long history only what breaks the order, and what is next to it


def read_graph(request: Request, options: GraphOptions, marked: Marked = UNMARKED) -> GraphReport:
    """Read all migrations, find the order that must hold, and fixes for what breaks it.

    Raises:
        AnalyzerError: something cannot be read, or a version names no migration.
    """
    repository = open_repository(request.repo)
    target = marked.target or read_largest(repository, request)
    graph = build_graph(read_migrations(repository, target), engine_in_hand().types)
    if any(it.name.parents or it.name.followers for it in target.files.files):
        from analyzer.analysis.order.told_order import with_told_order

        graph = with_told_order(graph, target.files.files, _lines(repository, target))
    facts = RepositoryFacts(
        str(repository.path),
        target.framework.name,
        repository.shallow,
        target.files,
        target.others,
        stood_in=target.stood_in,
    )
    fixed: tuple[FixedViolations, ...] = ()
    if graph.violations:
        workshop = Workshop(repository, target, graph, read_ran_versions(repository, target))
        version = None if options.fix is None else _version(target, graph, "--fix", options.fix)
        fixed = tuple(_as_it_ran(it, marked) for it in workshop.mend(version))
    elif options.fix is not None:
        _version(target, graph, "--fix", options.fix)
    if options.around is None:
        brief = _brief(graph, marked.marks) if options.brief else None
        return GraphReport(facts, graph, fixed, brief=brief, marks=marked.marks)
    chosen = _version(target, graph, "--around", options.around)
    centre = [node.path for node in graph.nodes if node.version == chosen]
    near = around(graph, centre, options.depth)
    return GraphReport(facts, near.graph, _of_part(near.graph, fixed), near, marks=marked.marks)


def _as_it_ran(fixed: FixedViolations, marked: Marked) -> FixedViolations:
    """The same by what the database that was read tells of a file which the fix renames."""
    fix, marks = fixed.fix, marked.marks
    renamed = {it.source for it in fix.changes if it.source != it.target}
    states = {it.state for path, it in marks.by_path.items() if path in renamed}
    if not states.isdisjoint(_RAN):
        why = (
            f"it is the only change of files needed; but it ran in {marks.place}, where its row "
            "must be rewritten before the next migrate, which would run it again otherwise"
        )
        return replace(fixed, fix=replace(fix, why=why, ran=True, unsure=False))
    if fix.unsure and marked.current and states == {NodeState.PENDING}:
        why = (
            f"it is the only change needed: the file has not run in {marks.place}; if another "
            "database has run it, that one would run it again"
        )
        return replace(fixed, fix=replace(fix, why=why, unsure=False))
    return fixed


def _lines(repository: Repository, target: TargetFiles) -> "LineOf":
    """Finds the lines on which files name others; the first, where no one line does."""
    keys, files = target.framework.keys, target.files.files
    contents = read_contents(repository, [it.blob for it in files], target.loose)

    def line_of(file: MigrationFile, key: str) -> int:
        found = keys.mentions(contents[file.blob], key) if keys is not None else ()
        return next((it.line for it in found), 1)

    return line_of


def _brief(graph: DependencyGraph, marks: NodeMarks) -> Brief | None:
    """What matters of a long history: what breaks the order or was renamed, and what is near."""
    if len(graph.nodes) <= MOST_DRAWN:
        return None
    centre, chosen = _broken(graph), "break the order"
    renamed = [path for path, it in marks.by_path.items() if it.state in _ODD]
    if marks.place is not None:
        chosen = "break the order or were renamed"
    centre += [it for it in renamed if it not in centre]
    if centre:
        near = around(graph, centre, 1)
        return Brief(near.graph, f"those that {chosen}, and those next to them", near.beyond)
    newest = [node.path for node in graph.nodes][-MOST_DRAWN:]
    near = around(graph, newest, 0)
    return Brief(near.graph, f"the newest, as none {_SINGULAR[chosen]}", near.beyond)


def _broken(graph: DependencyGraph) -> list[str]:
    """The migrations that break the order, or need each other, in the order of the graph."""
    paths = {edge.before for cycle in graph.cycles for edge in cycle.edges}
    paths |= {violation.path for violation in graph.violations}
    return [node.path for node in graph.nodes if node.path in paths]


def _of_part(
    graph: DependencyGraph, fixed: Sequence[FixedViolations]
) -> tuple[FixedViolations, ...]:
    kept = {each[0] for each in group(graph.violations)}
    return tuple(each for each in fixed if each.violations[0] in kept)


def _version(target: TargetFiles, graph: DependencyGraph, option: str, text: str) -> Version:
    """A version that a file carries, or what one file alone begins with."""
    version = target.framework.numbering.read(text)
    if all(node.version != version for node in graph.nodes):
        names = {it.path.rpartition("/")[2]: it.version for it in graph.nodes}
        heads = [it for name, it in names.items() if re.split(r"[_.-]", name)[0] == text]
        version = heads[0] if len(heads) == 1 else version
    if not version.is_valid or all(node.version != version for node in graph.nodes):
        raise UsageError(
            f"{option} {text}: no migration has this version",
            why="it is the number at the head of a migration's file name",
            fix="copy the versions from the report of migdoctor graph",
        )
    return version
