"""The report for a person in a hurry: the verdict first, then what diverged, then what to do."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from analyzer.model.findings.finding import Severity
from analyzer.model.findings.report import EnvironmentReport, Report
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated, listed
from analyzer.report.diagnosis.terminal_findings import by_table, render_findings
from analyzer.report.diagnosis.terminal_groups import group
from analyzer.report.diagnosis.terminal_layout import ScreenLayout, Style
from analyzer.report.diagnosis.terminal_sources import SourcesPart
from analyzer.report.diagnosis.terminal_steps import numbered_steps
from analyzer.report.diagnosis.terminal_tables import TablesPart
from analyzer.report.diagnosis.terminal_verdict import VerdictPart
from analyzer.report.wrapping import filled

_SHOWN = 5  # members of a fleet


def render(report: Report, style: Style, migrate: str) -> str:
    """Render the report as text that ends with a newline."""
    layout = ScreenLayout(style)
    parts: Iterable[str]
    if report.several:
        from analyzer.report.diagnosis.terminal_across import AcrossPart

        each = [[*_details(report, it, layout, migrate)] for it in report.environments]
        folded = [it for it, own in zip(report.environments, each, strict=True) if not own]
        steps = [numbered_steps(report.joint.path, layout)] if report.joint is not None else []
        across = AcrossPart(report, layout, migrate).parts()
        parts = chain(across, [_notes_of(folded, layout)], *each, steps)
    else:
        parts = chain(*(_parts(report, it, layout, migrate) for it in report.environments))
    return "\n\n".join(filter(None, parts)) + "\n"


def render_verdict(report: Report, style: Style, migrate: str) -> str:
    """The verdict on each environment alone."""
    layout = ScreenLayout(style)
    return "\n".join(_verdicts(report, layout, migrate))


def _verdicts(report: Report, layout: ScreenLayout, migrate: str) -> Iterator[str]:
    for it in report.environments:
        groups = group(it.diagnosis, it.next_steps.left)
        if report.several:
            yield f"{it.table.environment}:"
        yield VerdictPart(it, groups, layout, migrate, report.repository.gaps).verdict()
    for other in report.unread:
        told = f"{other.name} could not be read: {other.error.what}: {other.error.why}"
        yield filled(told, layout.style.width, rest="  ")


def _details(
    report: Report, environment: EnvironmentReport, layout: ScreenLayout, migrate: str
) -> Iterator[str]:
    """What one of several environments has besides, under its name."""
    name = environment.table.environment
    groups = group(environment.diagnosis, environment.next_steps.left)
    own = [it for it in report.findings if it.environment == name]
    if not groups.diverged and all(it.severity is Severity.NOTE for it in own):
        return
    verdict = VerdictPart(environment, groups, layout, migrate, report.repository.gaps, own)
    yield "\n".join([layout.heading(f"-- {name}{_members(environment)} --"), verdict.verdict()])
    yield SourcesPart(report.repository, environment, layout).looked_at()
    findings = by_table(own, environment.diagnosis.renames, groups)
    if findings.renamed:
        from analyzer.report.diagnosis.terminal_remarks import fixes_of

        yield fixes_of(findings.renamed, layout)
    yield from TablesPart((), groups, layout, findings).tables()
    yield render_findings(findings.others, layout)


def _notes_of(environments: Sequence[EnvironmentReport], layout: ScreenLayout) -> str:
    """What is to be known of environments that have no part of their own, each once."""
    names: dict[str, list[str]] = {}
    for it in environments:
        for note in it.table.notes:
            names.setdefault(note, []).append(it.table.environment)
    lines = (f"Note:     {enumerated(whose)}: {visible(note)}" for note, whose in names.items())
    return "\n".join(layout.hang(line, 10) for line in lines)


def _timeline(report: Report, layout: ScreenLayout) -> str:
    """What moved where; empty where nothing was renamed."""
    if not report.renames:
        return ""
    from analyzer.report.page.terminal.pictures import matrix_and_timeline

    return matrix_and_timeline(report, layout)[1]


def _members(environment: EnvironmentReport) -> str:
    """Whom of a fleet it is about: how many, and the first of them."""
    members = environment.members
    return f": {len(members)} with the same rows: {listed(members, _SHOWN)}" if members else ""


def _parts(
    report: Report, environment: EnvironmentReport, layout: ScreenLayout, migrate: str
) -> Iterator[str]:
    """One environment's report, part by part; some are empty."""
    groups = group(environment.diagnosis, environment.next_steps.left)
    gaps, findings = report.repository.gaps, report.findings
    verdict = VerdictPart(environment, groups, layout, migrate, gaps, findings)
    yield verdict.verdict()
    yield _timeline(report, layout)
    yield verdict.forecast()
    yield SourcesPart(report.repository, environment, layout).looked_at()
    renames = environment.diagnosis.renames
    shown = by_table(findings, renames, groups)
    yield from TablesPart(renames, groups, layout, shown).tables()
    yield render_findings(shown.others, layout)
    yield numbered_steps(environment.next_steps.path, layout)
