"""Both pictures of a report for a terminal."""

from analyzer.model.findings.report import Report
from analyzer.report.diagnosis.terminal_layout import ScreenLayout
from analyzer.report.page.overview import look_over
from analyzer.report.page.terminal.matrix_text import render_matrix
from analyzer.report.page.terminal.timeline_text import render_timeline
from analyzer.report.page.timeline.build_timeline import build_timeline


def matrix_and_timeline(report: Report, layout: ScreenLayout) -> tuple[str, str]:
    """Draw who recorded which version, and what moved where; only where something was renamed."""
    overview = look_over(report)
    plain = layout.style.plain
    return (
        render_matrix(overview.matrix(), layout, plain=plain),
        render_timeline(build_timeline(overview), layout, plain=plain),
    )
