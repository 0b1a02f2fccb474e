"""The dependency graph for a person: what breaks the order first, then what comes after what."""

from collections.abc import Iterator, Sequence

from analyzer.model.findings.dependency import Cycle, Missing, Skipped, Violation
from analyzer.model.findings.graph_report import GraphReport
from analyzer.model.findings.order_fix import FixedViolations, FixKind
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.diagnosis.terminal_layout import BOLD, RED, YELLOW, ScreenLayout, Style
from analyzer.report.graph.graph_words import (
    by_pair,
    labels_of,
    reason,
    reasons,
    shorter,
    state_of,
    states,
    thing,
)

_MOST = 20  # entries of a list that is only for information


def render(report: GraphReport, style: Style) -> str:
    """Render the graph as text that ends with a newline."""
    parts = [part for part in _GraphPage(report, style).parts() if part]
    return "\n\n".join(parts) + "\n"


class _GraphPage:
    """One report on a graph."""

    def __init__(self, report: GraphReport, style: Style) -> None:
        self.report, self.graph, self.style = report, report.graph, style
        self.layout = ScreenLayout(style)
        self.label = labels_of(report.graph)

    def parts(self) -> Iterator[str]:
        yield self._verdict()
        yield self._looked_at()
        yield self._violations()
        yield self._cycles()
        yield self._drags()
        yield self._skipped()
        yield self._missing()
        yield self._opaque()
        yield self._order()

    def _verdict(self) -> str:
        broken = {each.path for each in self.graph.violations}
        if not self.report.broken:
            here = "" if self.report.neighbourhood is None else " here"
            holds = f"The order holds{here}: no migration needs what only a later one creates."
            return self.style.paint(self.layout.fill(holds), BOLD)
        said = (
            f"{count(len(broken), 'migration')} {'needs' if len(broken) == 1 else 'need'} "
            "something that does not exist yet when it runs: a migrate from scratch stops there."
        )
        if self.graph.cycles:
            said += f" {count(len(self.graph.cycles), 'cycle')}: no order is right."
        return self.style.paint(self.layout.fill(said), RED)

    def _looked_at(self) -> str:
        files = self.report.repository.files
        at = "in the working tree" if files.commit is None else f"at {files.commit[:10]}"
        where = ", ".join(files.directories) or "the root"
        pairs = len(by_pair(self.graph.edges))
        shown = count(len(self.graph.nodes), "migration")
        lines = [f"Code:  {visible(where)} {at}, {count(len(files.files), 'file')}"]
        if self.report.neighbourhood is not None:
            names = ", ".join(self.label(path) for path in self.report.neighbourhood.centre)
            lines.append(f"Shown: {shown} around {names}")
        lines.append(f"Order: {count(pairs, 'pair')} of migrations whose order matters")
        lines.append(f"Marks: {states(self.report)}")
        if self.report.brief is not None:
            brief = self.report.brief
            drawn = f"{len(brief.graph.nodes)} of {shown}: {brief.chosen}"
            lines.append(f"Shown: below, {drawn}; --all shows the rest")
        if self.report.repository.other_applications:
            others = ", ".join(map(visible, self.report.repository.other_applications))
            taken = "around the current folder"
            if not self.report.repository.stood_in:
                taken = "with the most migrations"
                if self.report.marks.place is not None:
                    taken = "that the rows match best"
            lines.append(f"Note:  the application {taken}; also there: {others} (--dir PATH)")
        if self.graph.opaque:
            lines.append(self._incomplete())
        return "\n".join(self.layout.hang(line, 7) for line in lines)

    def _incomplete(self) -> str:
        places = count(len(self.graph.opaque), "place")
        return f"Note:  incomplete: {places} could not be read, so there may be more dependencies"

    # what breaks the order

    def _violations(self) -> str:
        if not self.report.fixed:
            return ""
        head = self.style.paint("Order violations", BOLD)
        return "\n".join([head, *("\n".join(self._fixed(each)) for each in self.report.fixed)])

    def _fixed(self, fixed: FixedViolations) -> Iterator[str]:
        first = fixed.violations[0]
        needs = shorter([thing(each.needs) for each in _main(fixed)], 3)
        yield self.layout.hang(
            f"{self.style.paint(self.label(first.path), RED)}, line {first.line}", 2
        )
        if first.provided_by is not None:
            yield self.layout.hang(
                f"  needs {needs}, created only later by {self.label(first.provided_by)}", 8
            )
        if first.removed_by is not None:
            verb = "and taken" if first.provided_by is not None else f"needs {needs}, taken"
            yield self.layout.hang(f"  {verb} away before by {self.label(first.removed_by)}", 8)
        fix = fixed.fix
        yield self.layout.hang(f"  fix: {visible(fix.what)}", 7)
        yield self.layout.hang(f"  why: {visible(fix.why)}", 7)
        if fix.kind is not FixKind.NONE and not fix.unsure:
            version = self.graph.by_path()[first.path].version
            also = " && migdoctor rewrite --apply" if fix.ran else ""
            yield f"  do:  migdoctor graph --fix {shell_word(version.text)} | git apply{also}"

    def _cycles(self) -> str:
        if not self.graph.cycles:
            return ""
        head = self.style.paint(
            "Cycles: each needs the next one's work, so one must be split", BOLD
        )
        return "\n".join([head, *("\n".join(self._cycle(each)) for each in self.graph.cycles)])

    def _cycle(self, cycle: Cycle) -> Iterator[str]:
        for at, edge in enumerate(reversed(cycle.edges)):
            lead = "  " if at else "* "
            yield self.layout.hang(
                f"{lead}{self.label(edge.after)} needs {reason(edge)} of {self.label(edge.before)}",
                6,
            )

    # what else to know

    def _drags(self) -> str:
        near = self.report.neighbourhood
        if near is None:
            return ""
        names = ", ".join(self.label(path) for path in near.centre)
        if not near.drags:
            return self.layout.fill(f"{names} needs no other migration.")
        head = f"To run {names} by itself, {count(len(near.drags), 'migration')} must run before it"
        lines = [f"  {self.label(path)}" for path in near.drags]
        return "\n".join([self.style.paint(self.layout.fill(head), BOLD), *lines])

    def _skipped(self) -> str:
        if not self.graph.skipped:
            return ""
        lines = [
            self.style.paint(
                "Skipped on a new database, because a guard is evaluated too early", BOLD
            )
        ]
        groups: dict[tuple[str, int], list[Skipped]] = {}
        for each in self.graph.skipped:
            groups.setdefault((each.path, each.line), []).append(each)
        for (path, line), alike in groups.items():
            made = shorter([thing(each.change) for each in alike])
            verb = "is" if len(alike) == 1 else "are"
            maker = self.label(alike[0].provided_by)
            told = (
                f"{self.style.paint('note', YELLOW)}  {self.label(path)}, line {line}: {made} "
                f"{verb} not made, as {maker} creates {thing(alike[0].waits_for)} "
                "only later; a database that had it before differs"
            )
            lines.append(self.layout.hang(told, 6))
        return "\n".join(lines)

    def _missing(self) -> str:
        if not self.graph.missing:
            return ""
        lines = [self.style.paint("Needed, but created by no migration here", BOLD)]
        groups: dict[str, list[Missing]] = {}
        for each in self.graph.missing:
            groups.setdefault(each.why, []).append(each)
        for why, alike in groups.items():
            for each in alike[:_MOST]:
                place = each.users[0]
                rest = f" and {len(each.users) - 1} more" if len(each.users) > 1 else ""
                user = f"{self.label(place.path)}, line {place.line}{rest}"
                lines.append(self.layout.hang(f"note  {thing(each.needs)}: {user}", 6))
            if len(alike) > _MOST:
                lines.append(f"      and {len(alike) - _MOST} more of them")
            lines.append(self.layout.hang(f"      may be fine: {visible(why)}", 6))
        return "\n".join(lines)

    def _opaque(self) -> str:
        if not self.graph.opaque:
            return ""
        lines = [self.style.paint("Could not be read: what this does is not in the graph", BOLD)]
        for part in self.graph.opaque[:_MOST]:
            text = visible(" ".join(part.text.split())[:60])
            lines.append(self.layout.hang(f"{visible(part.path)}:{part.line}: {text}", 4))
            lines.append(self.layout.hang(f"    {visible(part.why)}", 4))
        if len(self.graph.opaque) > _MOST:
            rest = len(self.graph.opaque) - _MOST
            lines.append(f"and {count(rest, 'more place')}; --format json has them all")
        return "\n".join(lines)

    # the order

    def _order(self) -> str:
        graph = self.report.picture
        before: dict[str, list[tuple[str, str]]] = {}
        for (first, second), edges in by_pair(graph.edges).items():
            before.setdefault(second, []).append((first, shorter(reasons(edges), 3)))
        if not before:
            return ""
        lines = [self.style.paint("What each comes after", BOLD)]
        for node in graph.nodes:
            if node.path in before:
                lines.append(self._marked(node.path))
                lines += [self._after(*each) for each in before[node.path]]
        free = len(graph.nodes) - len(before)
        if free:
            lines.append(
                f"({count(free, 'migration')} come after nothing)"
                if free > 1
                else "(1 migration comes after nothing)"
            )
        return "\n".join(lines)

    def _marked(self, path: str) -> str:
        state = state_of(self.report, path)
        if not state:
            return self.label(path)
        return self.layout.hang(f"{self.label(path)}  ({state})", 4)

    def _after(self, path: str, why: str) -> str:
        one_line = f"    {self.label(path)}  {why}"
        if len(one_line) <= self.layout.width:
            return one_line
        return f"    {self.label(path)}\n{self.layout.hang(f'        {why}', 8)}"


def _main(fixed: FixedViolations) -> Sequence[Violation]:
    """The violations without the columns of a table that is missing itself."""
    tables = {each.needs.name for each in fixed.violations if each.needs.kind == "table"}
    return [
        each
        for each in fixed.violations
        if each.needs.kind != "column" or each.needs.name.rpartition(".")[0] not in tables
    ]
