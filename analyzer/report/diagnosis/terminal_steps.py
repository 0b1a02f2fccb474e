"""What to do next, as a report says it: only what was carried out in memory first."""

from analyzer.model.plans.repair_path import PathSteps
from analyzer.report.diagnosis.terminal_layout import ScreenLayout
from analyzer.report.repair_path_text import TITLE, render_path


def numbered_steps(path: PathSteps, layout: ScreenLayout) -> str:
    """List the steps under their title; empty where there is nothing to do."""
    return f"{layout.heading(TITLE)}\n{render_path(path, layout.width)}" if path else ""
