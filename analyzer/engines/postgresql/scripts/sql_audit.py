"""The audit table beside the version table: one row a repair, in the repair's transaction."""

from typing import TYPE_CHECKING, LiteralString

from analyzer.engines.postgresql.scripts.sql_frame import block, quoted
from analyzer.engines.postgresql.scripts.sql_words import written
from analyzer.model.core.version_table import AUDIT_TABLE, TableName
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import RowPlan

if TYPE_CHECKING:
    from psycopg.sql import Composed

_TABLE: LiteralString = """\
SET LOCAL client_min_messages = warning;
CREATE TABLE IF NOT EXISTS {audit} (
  done_at timestamp with time zone NOT NULL DEFAULT now(),
  done_by text NOT NULL,
  role text NOT NULL DEFAULT session_user,
  repair text NOT NULL,
  action text NOT NULL,
  tool text NOT NULL,
  version_table text NOT NULL,
  rows_before text[] NOT NULL,
  rows_after text[] NOT NULL
);"""

# What stood there before us may be another role's: its triggers and defaults would run as we.
_OURS: LiteralString = """\
DECLARE
  strange text;
BEGIN
  SELECT CASE WHEN a.relkind <> 'r' THEN 'it is not an ordinary table'
      WHEN a.relhastriggers THEN 'it has triggers'
      WHEN a.relhasrules THEN 'it has rules'
      WHEN NOT o.rolsuper AND a.relowner IS DISTINCT FROM t.relowner AND o.rolname <> current_user
        THEN 'it belongs to ' || o.rolname
    END INTO strange
    FROM pg_class AS a JOIN pg_roles AS o ON o.oid = a.relowner
      LEFT JOIN pg_class AS t ON t.oid = to_regclass({of})::oid
   WHERE a.oid = {named}::regclass;
  IF strange IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE =
        {table} || ' is not the table that migdoctor makes: ' || strange,
      DETAIL = 'What others put there would run with your rights. Nothing was changed.',
      HINT = 'Rename that table, then run the same command again.';
  END IF;
END"""

_NOTE: LiteralString = """\
INSERT INTO {audit} (done_by, repair, action, tool, version_table, rows_before, rows_after)
VALUES (coalesce(nullif(current_setting('migdoctor.who', true), ''), session_user),
  {repair}, {action}, {tool}, {table},
  ARRAY[{before}]::text[],
  ARRAY[{after}]::text[]);"""


def render_audit(plan: RowPlan, note: AuditNote) -> str:
    """Write the statements that make the table, if it is not there, and note one repair."""
    from psycopg import sql  # 150 ms: only what writes SQL pays for it

    parts: dict[str, Composed | sql.Composable] = {
        "audit": sql.Identifier(*filter(None, (plan.table.schema, AUDIT_TABLE))),
        "repair": sql.Literal(note.repair),
        "action": sql.Literal(note.action),
        "tool": sql.Literal(note.tool),
        "table": sql.Literal(str(plan.table)),
        "before": _texts(plan.before),
        "after": _texts(plan.after),
    }
    made, note_of_it = (written(sql.SQL(part).format(**parts)) for part in (_TABLE, _NOTE))
    checked = demand_own(AUDIT_TABLE, TableName(AUDIT_TABLE, plan.table.schema), plan.table)
    return f"{made}\n{checked}\n{note_of_it}"


def demand_own(name: str, table: TableName, beside: TableName) -> str:
    """Write a block that stops unless a table of ours is as we make it.

    Args: name: what the message calls it.  table: the table.  beside: the version table.
    """
    from psycopg import sql  # see above

    named, of = (sql.Literal(quoted(it).as_string(None)) for it in (table, beside))
    return block(_OURS, named=named, table=sql.Literal(name), of=of)


def _texts(rows: tuple[str, ...]) -> "Composed":
    from psycopg import sql  # see above

    return sql.SQL(", ").join(map(sql.Literal, rows))
