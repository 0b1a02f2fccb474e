"""Plans as JSON, for programs that carry them out or show them."""

import json
from dataclasses import asdict
from typing import Any

from analyzer.model.plan import FilePlan, RowPlan

Json = dict[str, Any]


def render_file_plan(plan: FilePlan) -> str:
    """The moves, the steps in their safe order, and the notes."""
    return _render(_file_plan(plan))


def _file_plan(plan: FilePlan) -> Json:
    return {
        "moves": [{"from": move.source, "to": move.target} for move in plan.moves],
        "steps": [{"step": type(step).__name__, **asdict(step)} for step in plan.steps],
        "notes": list(plan.notes),
    }


def render_row_plan(plan: RowPlan, beside: FilePlan | None = None) -> str:
    """The rows before and after, the steps in their safe order, and the notes.

    ``beside`` is the part of a combined plan that moves files.
    """
    files = {"files": _file_plan(beside)} if beside is not None else {}
    return _render(
        {
            "table": {"schema": plan.table.schema, "name": plan.table.name},
            "before": list(plan.before),
            "after": list(plan.after),
            "steps": [{"step": type(step).__name__, **asdict(step)} for step in plan.steps],
            "notes": list(plan.notes),
            **files,
        }
    )


def _render(document: Json) -> str:
    return json.dumps({"format": 1, **document}, indent=2, ensure_ascii=True) + "\n"
