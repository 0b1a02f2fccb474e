"""What to do next, as a report says it: only what was carried out in memory first."""

from typing import TYPE_CHECKING

from analyzer.report.diagnosis.terminal_layout import ScreenLayout

if TYPE_CHECKING:
    from analyzer.model.plans.repair_path import PathSteps


def numbered_steps(path: "PathSteps", layout: ScreenLayout) -> str:
    """List the steps under their title; empty where there is nothing to do."""
    if not path:
        return ""
    from analyzer.report.repair_path_text import TITLE, render_path

    return f"{layout.heading(TITLE)}\n{render_path(path, layout.width)}"
