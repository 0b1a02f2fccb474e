"""The dependency graph as a Mermaid flowchart."""

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
    NodeState.APPLIED: "fill:#dafbe1",
    NodeState.RENAMED: "fill:#ffd8a8,stroke-width:3px",
    NodeState.PENDING: "fill:#ddf4ff",
    NodeState.BLOCKED: "fill:#ffcecb",
    NodeState.AMBIGUOUS: "fill:#eeeeee",
}


def render(report: GraphReport) -> str:
    """Render the graph for Mermaid: what comes too late is dotted and red."""
    graph, called = report.picture, labels_of(report.graph)
    ids = {node.path: f"m{place}" for place, node in enumerate(graph.nodes)}
    lines = ["flowchart TD"]
    for path, name in ids.items():
        version, slug = split_label(called(path))
        state = state_of(report, path)
        said = f"{_escaped(version)}<br/>{_escaped(slug)}"
        lines.append(f'  {name}["{said}{f"<br/>{_escaped(state)}" if state else ""}"]')
    for (before, after), edges in by_pair(graph.edges).items():
        said = _escaped(shorter(reasons(edges)))
        lines.append(f'  {ids[before]} -->|"{said}"| {ids[after]}')
    late = late_pairs(graph)
    first = len(by_pair(graph.edges))
    for (before, after), needs in late.items():
        said = _escaped("too late: " + shorter([thing(ref) for ref in needs]))
        lines.append(f'  {ids[before]} -.->|"{said}"| {ids[after]}')
    if late:
        numbers = ",".join(str(first + place) for place in range(len(late)))
        lines.append(f"  linkStyle {numbers} stroke:#c00,color:#c00")
    lines += _classes(report, ids)
    if opaque := report.graph.opaque:
        lines.insert(1, f"  %% incomplete: {count(len(opaque), 'place')} could not be read")
    lines.insert(1, f"  %% marks: {_escaped(states(report))}")
    return "\n".join(lines) + "\n"


def _classes(report: GraphReport, ids: dict[str, str]) -> list[str]:
    broken = {ids[each.path] for each in report.graph.violations if each.path in ids}
    centre = [ids[path] for path in report.neighbourhood.centre] if report.neighbourhood else []
    lines = []
    for state, style in _FILLS.items():
        those = {
            ids[path]
            for path, mark in report.marks.by_path.items()
            if mark.state is state and path in ids
        }
        if those:
            lines += [f"  classDef {state} {style}", f"  class {_list(those)} {state}"]
    if broken:
        lines += ["  classDef late stroke:#c00,stroke-width:3px", f"  class {_list(broken)} late"]
    if centre:
        lines += ["  classDef centre fill:#ffe9a8", f"  class {_list(centre)} centre"]
    return lines


def _list(names: "set[str] | list[str]") -> str:
    return ",".join(sorted(names, key=lambda name: int(name[1:])))


def _escaped(text: str) -> str:
    """Write everything but letters, digits and harmless marks as Mermaid's entity codes."""
    return "".join(
        character if character.isalnum() or character in " ._-,:()/" else f"#{ord(character)};"
        for character in text
    )
