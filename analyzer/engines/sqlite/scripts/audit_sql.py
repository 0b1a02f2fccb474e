"""The audit table beside the version table: one row a repair, in the repair's transaction."""

import json
from collections.abc import Iterator

from analyzer.engines.sqlite.scripts.sql_file import BY_HAND, WHO
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.model.core.version_table import AUDIT_TABLE
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import RowPlan

_TABLE = f"""\
CREATE TABLE IF NOT EXISTS main.{AUDIT_TABLE} (
  done_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  done_by TEXT NOT NULL,
  repair TEXT NOT NULL,
  action TEXT NOT NULL,
  tool TEXT NOT NULL,
  version_table TEXT NOT NULL,
  rows_before TEXT NOT NULL,
  rows_after TEXT NOT NULL
);
CREATE TEMP TABLE IF NOT EXISTS {WHO} (who TEXT);"""


def render_audit(plan: RowPlan, note: AuditNote) -> Iterator[str]:
    """Write the statements that make the table, if it is not there, and note one repair."""
    yield _TABLE
    told = [note.repair, note.action, note.tool, str(plan.table)]
    told += [json.dumps(rows) for rows in (plan.before, plan.after)]
    who = f"coalesce((SELECT who FROM temp.{WHO}), {literal(BY_HAND)})"  # noqa: S608  ours
    yield (
        f"INSERT INTO {identifier('main', AUDIT_TABLE)} "  # noqa: S608  quoted
        "(done_by, repair, action, tool, version_table, rows_before, rows_after)\n"
        f"  VALUES ({who},\n  {', '.join(map(literal, told))});"
    )
