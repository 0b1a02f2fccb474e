"""The words of all graph formats for a migration and a reason."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from analyzer.model.core.migration import without_suffix
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.dependency import DependencyGraph, Edge, Tie
from analyzer.model.findings.graph_report import GraphReport, NodeState
from analyzer.model.words.text import visible

_WORDS = {
    Tie.NEEDS: "{}",
    Tie.DESTROYS: "before {} goes",
    Tie.REUSES: "after {} went",
    Tie.DATA: "rows of {}",
    Tie.REPLACES: "stands for {}",
}


_DIGIT = re.compile(r"[0-9]")


def label(path: str) -> str:
    """A migration's name without folder and ending; it may hold anything.

    Of a migration that has a folder of its own (``1_songs/migration.sql``) it is the folder's.
    """
    above, _, name = path.rpartition("/")
    folder = above.rpartition("/")[2]
    if _DIGIT.search(name) is None and _DIGIT.search(folder) is not None:
        return visible(folder)
    return visible(without_suffix(name))


def labels_of(graph: DependencyGraph) -> Callable[[str], str]:
    """What each migration is called: its name, with what its version has before that (an app)."""
    versions = {node.path: visible(node.version.text) for node in graph.nodes}

    def called(path: str) -> str:
        name, version = label(path), versions.get(path, "")
        return version if version.endswith(f".{name}") else name

    return called


def split_label(name: str) -> tuple[str, str]:
    """A migration's version and the rest of its name."""
    version, _, slug = name.partition("_")
    return version, slug


def thing(ref: ObjectRef) -> str:
    """An object in words: ``table songs``, ``column songs.title``."""
    return visible(f"{ref.kind.replace('_', ' ')} {ref.name}")


def reason(edge: Edge) -> str:
    """Say in words why an edge exists."""
    said = visible(edge.because.name) if edge.tie is Tie.DATA else thing(edge.because)
    return _WORDS[edge.tie].format(said)


def reasons(edges: Iterable[Edge]) -> list[str]:
    """The reasons of one pair of migrations, those about tables first, each once.

    What is in a table that is named already is left out.
    """
    ordered = sorted(edges, key=lambda edge: (edge.because.kind != "table", edge.tie.value))
    tables = {(edge.tie, edge.because.name) for edge in ordered if edge.because.kind == "table"}
    kept = [
        edge
        for edge in ordered
        if edge.because.kind not in {"column", "index", "constraint", "foreign_key"}
        or (edge.tie, edge.because.name.partition(".")[0]) not in tables
    ]
    return list(dict.fromkeys(reason(edge) for edge in kept))


def by_pair(edges: Iterable[Edge]) -> Mapping[tuple[str, str], list[Edge]]:
    """Edges between the same two migrations together."""
    found: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        found.setdefault((edge.before, edge.after), []).append(edge)
    return found


def shorter(words: list[str], most: int = 2) -> str:
    """The first few reasons, and how many more there are."""
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "")


def late_pairs(graph: DependencyGraph) -> Mapping[tuple[str, str], list[ObjectRef]]:
    """Provider and user of what comes too late, with what that is; both are in the graph."""
    shown = {node.path for node in graph.nodes}
    found: dict[tuple[str, str], list[ObjectRef]] = {}
    for each in graph.violations:
        if each.provided_by in shown and each.path in shown:
            found.setdefault((each.provided_by, each.path), []).append(each.needs)
    return found


def states(report: GraphReport) -> str:
    """The marks: how many migrations are what in the database; else none, and why."""
    marks = report.marks
    if marks.place is None:
        return f"none of applied, renamed, pending: {visible(marks.why)}"
    found = Counter(it.state for it in marks.by_path.values())
    said = ", ".join(f"{found[state]} {state}" for state in NodeState if found[state])
    return f"{said or 'nothing'} in {visible(marks.place)}"


def state_of(report: GraphReport, path: str) -> str:
    """What a migration is in the database, in words; empty without a database."""
    found = report.marks.by_path.get(path)
    return "" if found is None else visible(str(found))
