"""Plans as JSON, for programs that carry them out or show them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.model.plans.repair_journal_document import step_document
from analyzer.records import asdict
from analyzer.report.repair.follow_up_text import hidden_document

Json = dict[str, Any]


def render_file_plan(plan: FilePlan, hidden: FollowUp | None = None) -> str:
    """The moves, the steps in their safe order, the notes, and what edits hide."""
    return _render({**_file_plan(plan), "hides": hidden_document(hidden)})


def _file_plan(plan: FilePlan) -> Json:
    return {
        "moves": [{"from": move.source, "to": move.target} for move in plan.moves],
        "schema_file": [asdict(step) for step in plan.schema_lines],
        "steps": [step_document(step) for step in plan.steps],
        "notes": list(plan.notes),
    }


def render_row_plan(
    plan: RowPlan, hidden: FollowUp | None = None, beside: FilePlan | None = None
) -> str:
    """The rows before and after, the steps in their safe order, the notes, and what edits hide.

    ``beside`` is the part of a combined plan that moves files.
    """
    return _render(_row_plan(plan, hidden, beside))


def render_fleet_plans(
    groups: Iterable[tuple[str, Sequence[str], RowPlan, FollowUp | None]],
) -> str:
    """The plans of a fleet's groups, each with its name, its members and what edits hide.

    A plan is told for the first member; for another one only the schema of the table differs.
    """
    told = [
        {"name": name, "members": list(members), **_row_plan(plan, hidden, None)}
        for name, members, plan, hidden in groups
    ]
    return _render({"groups": told})


def _row_plan(plan: RowPlan, hidden: FollowUp | None, beside: FilePlan | None) -> Json:
    files = {"files": _file_plan(beside)} if beside is not None else {}
    return {
        "table": {"schema": plan.table.schema, "name": plan.table.name},
        "before": list(plan.before),
        "after": list(plan.after),
        "steps": [step_document(step) for step in plan.steps],
        "schema_file": [asdict(step) for step in plan.schema.schema_lines],
        "notes": list(plan.notes),
        "hides": hidden_document(hidden),
        **files,
    }


def _render(document: Json) -> str:
    return json.dumps({"format": 1, **document}, indent=2, ensure_ascii=True) + "\n"
