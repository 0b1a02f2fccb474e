"""The dependency graph for Graphviz."""

from analyzer.model.findings.graph_report import GraphReport, NodeState
from analyzer.model.words.wording import count
from analyzer.report.graph.graph_words import (
    by_pair,
    labels_of,
    late_pairs,
    reasons,
    shorter,
    split_label,
    state_of,
    states,
    thing,
)

_FILLS = {
    NodeState.APPLIED: "#dafbe1",
    NodeState.RENAMED: "#ffd8a8",
    NodeState.PENDING: "#ddf4ff",
    NodeState.BLOCKED: "#ffcecb",
    NodeState.AMBIGUOUS: "#eeeeee",
}


def render(report: GraphReport) -> str:
    """Render the graph in the DOT language: what comes too late is dashed and red."""
    graph, called = report.picture, labels_of(report.graph)
    ids = {node.path: f"m{place}" for place, node in enumerate(graph.nodes)}
    broken = {each.path for each in graph.violations}
    centre = set(report.neighbourhood.centre) if report.neighbourhood else set()
    lines = ["digraph migrations {", f"  // marks: {_commented(states(report))}"]
    if opaque := report.graph.opaque:
        lines.append(f"  // incomplete: {count(len(opaque), 'place')} could not be read")
    lines.append('  node [shape=box, fontname="Helvetica", fontsize=11];')
    lines.append('  edge [fontname="Helvetica", fontsize=9];')
    for path, name in ids.items():
        version, slug = split_label(called(path))
        colour = ", color=red" if path in broken else ""
        state = f"\\n{_escaped(state_of(report, path))}" if path in report.marks.by_path else ""
        said = f"{_escaped(version)}\\n{_escaped(slug)}{state}"
        lines.append(f'  {name} [label="{said}"{colour}{_filled(report, path, centre)}];')
    for (before, after), edges in by_pair(graph.edges).items():
        said = _escaped(shorter(reasons(edges)))
        lines.append(f'  {ids[before]} -> {ids[after]} [label="{said}"];')
    for (before, after), needs in late_pairs(graph).items():
        said = _escaped("too late: " + shorter([thing(ref) for ref in needs]))
        lines.append(
            f'  {ids[before]} -> {ids[after]} [label="{said}", color=red, fontcolor=red, '
            "style=dashed, constraint=false];"
        )
    return "\n".join([*lines, "}"]) + "\n"


def _filled(report: GraphReport, path: str, centre: set[str]) -> str:
    mark = report.marks.by_path.get(path)
    if path in centre:
        return ', style=filled, fillcolor="#ffe9a8"'
    return "" if mark is None else f', style=filled, fillcolor="{_FILLS[mark.state]}"'


def _commented(text: str) -> str:
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")


def _escaped(text: str) -> str:
    """Write a text for a quoted string, in which a backslash could begin an escape of Graphviz."""
    said = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return said.encode("utf-8", "replace").decode("utf-8")
