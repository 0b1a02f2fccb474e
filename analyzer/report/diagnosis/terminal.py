"""The report for a person in a hurry: the verdict first, then what diverged, then what to do."""

from collections.abc import Iterator

from analyzer.model.findings.report import EnvironmentReport, Report
from analyzer.report.diagnosis.terminal_findings import by_table, render_findings
from analyzer.report.diagnosis.terminal_groups import group
from analyzer.report.diagnosis.terminal_layout import ScreenLayout, Style
from analyzer.report.diagnosis.terminal_sources import SourcesPart
from analyzer.report.diagnosis.terminal_steps import StepsPart
from analyzer.report.diagnosis.terminal_tables import TablesPart
from analyzer.report.diagnosis.terminal_verdict import VerdictPart


def render(report: Report, style: Style, migrate: str) -> str:
    """Render the report as text that ends with a newline."""
    layout = ScreenLayout(style)
    parts = [
        part
        for environment in report.environments
        for part in _parts(report, environment, layout, migrate)
        if part
    ]
    return "\n\n".join(parts) + "\n"


def _parts(
    report: Report, environment: EnvironmentReport, layout: ScreenLayout, migrate: str
) -> Iterator[str]:
    """One environment's report, part by part; some are empty."""
    groups = group(environment.diagnosis, environment.recommendations.left)
    verdict = VerdictPart(environment, groups, layout, migrate, report.repository.gaps)
    yield verdict.verdict()
    yield verdict.forecast()
    yield SourcesPart(report.repository, environment, layout).looked_at()
    renames = environment.diagnosis.renames
    findings = by_table(report.findings, renames, groups)
    yield from TablesPart(renames, groups, layout, findings).tables()
    yield render_findings(findings.others, layout)
    yield StepsPart(groups, environment.recommendations, layout, migrate).numbered()
