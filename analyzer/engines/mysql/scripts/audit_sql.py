"""The audit table beside the version table: one row a repair, in the repair's transaction.

Making a table commits, so that it is made before the transaction begins.
"""

import json
from collections.abc import Iterator

from analyzer.engines.mysql.scripts.demands import demand
from analyzer.engines.mysql.scripts.sql_file import GO, MADE, WHO
from analyzer.engines.mysql.words import identifier, literal
from analyzer.model.core.version_table import AUDIT_TABLE
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import RowPlan

_COLUMNS = (
    "done_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, done_by varchar(255) NOT NULL, "
    "role varchar(255) NOT NULL, repair varchar(255) NOT NULL, action varchar(255) NOT NULL, "
    "tool varchar(255) NOT NULL, version_table varchar(255) NOT NULL, "
    "rows_before longtext NOT NULL, rows_after longtext NOT NULL"
)


def make_audit(plan: RowPlan) -> Iterator[str]:
    """Write the statements that make the table, if it is not there."""
    made = (
        f"CREATE TABLE IF NOT EXISTS {_name(plan)} ({_COLUMNS}) "
        "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4"
    )
    yield f"{MADE}{literal(made)};"
    yield f"SET @migdoctor_made = IF({GO} = 1, @migdoctor_made, 'DO 0');"
    yield "PREPARE migdoctor_made FROM @migdoctor_made;"
    yield "EXECUTE migdoctor_made;"
    yield from demand(
        "NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = "  # noqa: S608  quoted
        f"{_home(plan)} AND table_name = {literal(AUDIT_TABLE)} AND COALESCE(engine, '') "
        "<> 'InnoDB')",
        f"{AUDIT_TABLE} is not the table that migdoctor makes: it is not InnoDB's",
        "Rename that table, then run this again.",
    )


def render_audit(plan: RowPlan, note: AuditNote) -> Iterator[str]:
    """Write the statement that notes one repair."""
    told = [note.repair, note.action, note.tool, str(plan.table)]
    told += [json.dumps(rows) for rows in (plan.before, plan.after)]
    yield (
        f"INSERT INTO {_name(plan)} "  # noqa: S608  quoted
        "(done_by, role, repair, action, tool, version_table, rows_before, rows_after)\n"
        f"  SELECT COALESCE({WHO}, CURRENT_USER()), CURRENT_USER(),\n"
        f"  {', '.join(map(literal, told))}\n  FROM DUAL WHERE {GO} = 1;"
    )


def _name(plan: RowPlan) -> str:
    return identifier(*filter(None, (plan.table.schema, AUDIT_TABLE)))


def _home(plan: RowPlan) -> str:
    return "DATABASE()" if plan.table.schema is None else literal(plan.table.schema)
