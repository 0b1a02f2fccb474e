"""``migdoctor rewrite --recorded``."""

import json

from analyzer.cli.console import deliver, kind_of, say
from analyzer.cli.refusal import refuse, say_notes
from analyzer.errors import UsageError
from analyzer.model.plans.plan import Refusal
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.recorded_repair import RecordedRepair, plan_from_record


def rewrite_recorded(
    request: Request, format_: str, lock_timeout: str, output: str | None, *, undo: bool
) -> int:
    """Write the SQL that recorded renames ask for, for any database of the application."""
    if undo:
        raise UsageError(
            "--recorded has no --undo",
            why="the SQL finds out by itself which rows a database needs, and the way back would "
            "have to know which it changed",
            fix="keep a copy of the table first: pg_dump -t schema_migrations",
        )
    repair = plan_from_record(request)
    if isinstance(repair, Refusal):
        return refuse("rewrite --recorded", repair)
    for step in repair.plan.steps:
        say(f"{step.old} becomes {step.new}  {step.name}: {step.reason}")
    say_notes(repair.plan.notes)
    deliver(_render(repair, format_, lock_timeout), output, kind_of(format_))
    return 0


def _render(repair: RecordedRepair, format_: str, lock_timeout: str) -> str:
    steps = repair.plan.steps
    if format_ == "json":
        renames = [
            {"old": str(one.old), "new": one.new, "name": one.name, "reason": one.reason}
            for one in steps
        ]
        table = {"schema": repair.table.schema, "name": repair.table.name}
        document = {"format": 1, "table": table, "renames": renames,
                    "notes": list(repair.plan.notes)}  # fmt: skip
        return json.dumps(document, indent=2) + "\n"
    from analyzer.engines.postgresql.scripts.recorded_sql import render_recorded

    told = [(one.old, one.new, f"{one.old} is {one.new}_{one.name} now: {one.reason}")
            for one in steps]  # fmt: skip
    return render_recorded(
        told, repair.table, repair.provenance, repair.plan.notes, lock_timeout=lock_timeout
    )
