"""The preview of a plan, in the forms that a dialogue may choose from."""

from analyzer.model.core.messages import PlanPreview
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.scripts.patch.plan_preview import render_move_preview, render_row_preview
from analyzer.scripts.patch.summary import summarize_moves, summarize_rows


def preview_moves(plan: FilePlan) -> PlanPreview:
    """What changes of files."""
    return PlanPreview(render_move_preview(plan), summarize_moves(plan))


def preview_rows(plan: RowPlan) -> PlanPreview:
    """What changes of the version table."""
    return PlanPreview(render_row_preview(plan), summarize_rows(plan))
