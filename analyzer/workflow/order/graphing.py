"""From a request to a dependency graph, its fixes and its neighbourhood."""

from collections.abc import Sequence

from analyzer.analysis.order.dependencies import build_graph
from analyzer.analysis.order.neighbourhood import around
from analyzer.analysis.order.order_fix import group
from analyzer.engines.registry import usual_engine
from analyzer.errors import UsageError
from analyzer.model.core.version import Version
from analyzer.model.findings.dependency import DependencyGraph
from analyzer.model.findings.graph_report import GraphReport
from analyzer.model.findings.order_fix import FixedViolations
from analyzer.model.findings.report import RepositoryFacts
from analyzer.records import Struct
from analyzer.sources.git.git import open_repository
from analyzer.workflow.order.order_fix import Workshop
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.ran_versions import read_ran_versions
from analyzer.workflow.reading.target.effects import read_largest, read_migrations
from analyzer.workflow.reading.target.targets import TargetFiles

MOST_DRAWN = 60  # migrations in a picture that is still legible as a whole


class GraphOptions(Struct, frozen=True):
    """The options of a graph; fields mirror the options of their names."""

    around: str | None = None
    depth: int = 1
    fix: str | None = None
    brief: bool = False  # of a long history only what breaks the order, and what is next to it


def read_graph(request: Request, options: GraphOptions) -> GraphReport:
    """Read all migrations, find the order that must hold, and fixes for what breaks it.

    Raises:
        AnalyzerError: something cannot be read, or a version names no migration.
    """
    repository = open_repository(request.repo)
    target = read_largest(repository, request)
    graph = build_graph(read_migrations(repository, target), usual_engine().types)
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
        fixed = tuple(workshop.mend(version))
    elif options.fix is not None:
        _version(target, graph, "--fix", options.fix)
    if options.around is None:
        centre = _broken(graph) if options.brief and len(graph.nodes) > MOST_DRAWN else []
    else:
        chosen = _version(target, graph, "--around", options.around)
        centre = [node.path for node in graph.nodes if node.version == chosen]
    if not centre:
        return GraphReport(facts, graph, fixed)
    near = around(graph, centre, options.depth)
    return GraphReport(facts, near.graph, _of_part(near.graph, fixed), near)


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
    """A version that a file carries."""
    version = target.framework.numbering.read(text)
    if not version.is_valid or all(node.version != version for node in graph.nodes):
        raise UsageError(
            f"{option} {text}: no migration has this version",
            why="it is the number at the head of a migration's file name",
            fix="take the versions from the report of migdoctor graph",
        )
    return version
