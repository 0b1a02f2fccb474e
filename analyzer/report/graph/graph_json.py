"""The dependency graph as JSON."""

import json
from collections.abc import Iterator
from typing import Any

from analyzer import __version__
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.effects.objects import bare, objects
from analyzer.model.findings.dependency import Cycle, DependencyGraph, Edge, Violation
from analyzer.model.findings.graph_report import GraphReport
from analyzer.model.findings.order_fix import FixKind, OrderFix

Json = dict[str, Any]


def render(report: GraphReport) -> str:
    """Render the graph as one JSON document; text that is not UTF-8 comes out escaped."""
    return json.dumps(document(report), indent=2, ensure_ascii=True) + "\n"


def document(report: GraphReport) -> Json:
    """The document as plain values; a version stands beside a path wherever it may be ambiguous."""
    graph, files = report.graph, report.repository.files
    writer = _Writer(graph, report)
    return {
        "format": 1,
        "tool": {"name": "migdoctor", "version": __version__},
        "repository": {
            "path": report.repository.path,
            "ref": files.ref,
            "commit": files.commit,
            "directories": list(files.directories),
            "others": list(report.repository.other_applications),
        },
        "complete": not graph.opaque,
        "marks": {
            "place": report.marks.place,
            "why": None if report.marks.place is not None else report.marks.why,
        },
        "nodes": [
            {
                "version": node.version.text,
                "path": node.path,
                **_state(report, node.path),
                "effects": list(_effects(node.parsed.effects)),
            }
            for node in graph.nodes
        ],
        "edges": [writer.edge(edge) for edge in graph.edges],
        "violations": [writer.violation(each) for each in graph.violations],
        "cycles": [writer.cycle(cycle) for cycle in graph.cycles],
        "missing": writer.missing(),
        "skipped": writer.skipped(),
        "opaque": [
            {"path": part.path, "line": part.line, "text": part.text, "why": part.why}
            for part in graph.opaque
        ],
        "around": writer.around(),
    }


def _state(report: GraphReport, path: str) -> Json:
    """What it is in the database, and as what it ran; null where no database says."""
    mark = report.marks.by_path.get(path)
    if mark is None:
        return {"state": None, "ran_as": None}
    return {"state": mark.state.value, "ran_as": mark.ran_as}


def _effects(effects: tuple[Effect, ...]) -> Iterator[Json]:
    for effect in effects:
        plain = bare(effect)
        said: Json = {"kind": type(plain).__name__, "line": plain.line}
        if isinstance(effect, e.Guarded):
            said["guarded"] = True
        if isinstance(plain, e.Opaque):
            said["text"] = plain.text
        for role, ref in objects(effect):
            said.setdefault(role.value, []).append(str(ref))
        yield said


class _Writer:
    """Names migrations by version and path."""

    def __init__(self, graph: DependencyGraph, report: GraphReport) -> None:
        self.graph, self.report = graph, report
        self._versions = {it.path: it.version.text for it in report.repository.files.files}
        self._versions |= {it.path: it.version.text for it in graph.nodes}

    def version(self, path: str | None) -> str | None:
        """The version of the file at a path, as the version table stores it."""
        if path is None:
            return None
        return self._versions.get(path) or path.rpartition("/")[2].partition("_")[0]

    def edge(self, edge: Edge) -> Json:
        return {
            "before": self.version(edge.before),
            "after": self.version(edge.after),
            "because": str(edge.because),
            "tie": edge.tie.value,
            "before_path": edge.before,
            "after_path": edge.after,
            "line": edge.line,
        }

    def violation(self, violation: Violation) -> Json:
        return {
            "version": self.version(violation.path),
            "path": violation.path,
            "line": violation.line,
            "needs": str(violation.needs),
            "provided_by": self.version(violation.provided_by),
            "provided_by_path": violation.provided_by,
            "removed_by": self.version(violation.removed_by),
            "fix": self._fix(violation),
        }

    def _fix(self, violation: Violation) -> Json | None:
        fixes = (each.fix for each in self.report.fixed if violation in each.violations)
        fix: OrderFix | None = next(fixes, None)
        if fix is None:
            return None
        return {
            "kind": fix.kind.value,
            "what": fix.what,
            "why": fix.why,
            "files": [change.target for change in fix.changes],
            "command": None
            if fix.kind is FixKind.NONE
            else f"migdoctor graph --fix {self.version(violation.path)}",
        }

    def cycle(self, cycle: Cycle) -> Json:
        return {
            "versions": [self.version(edge.before) for edge in cycle.edges],
            "paths": [edge.before for edge in cycle.edges],
            "edges": [self.edge(edge) for edge in cycle.edges],
        }

    def missing(self) -> list[Json]:
        return [
            {
                "needs": str(each.needs),
                "why": each.why,
                "users": [{"path": place.path, "line": place.line} for place in each.users],
            }
            for each in self.graph.missing
        ]

    def skipped(self) -> list[Json]:
        return [
            {
                "version": self.version(each.path),
                "path": each.path,
                "line": each.line,
                "change": str(each.change),
                "waits_for": str(each.waits_for),
                "provided_by": self.version(each.provided_by),
            }
            for each in self.graph.skipped
        ]

    def around(self) -> Json | None:
        near = self.report.neighbourhood
        if near is None:
            return None
        return {
            "centre": list(near.centre),
            "drags": [{"version": self.version(path), "path": path} for path in near.drags],
            "beyond": near.beyond,
        }
