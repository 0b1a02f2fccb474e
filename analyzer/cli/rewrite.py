"""``migdoctor rewrite``."""

from datetime import datetime
from typing import Any

import click

from analyzer import __version__
from analyzer.cli.consent import LOCK_TIMEOUT, apply_options, demand_time, new_id
from analyzer.cli.console import deliver, say
from analyzer.cli.options import build_request, common_options
from analyzer.cli.refusal import NOTHING_TO_UNDO, refuse, say_notes
from analyzer.cli.rewriting import RewriteWish, apply_rewrite, demand_database
from analyzer.errors import UsageError
from analyzer.model.plan import Refusal, RowPlan
from analyzer.scripts.diff import render_row_preview
from analyzer.scripts.sql import render_rewrite
from analyzer.scripts.sql_audit import AuditNote
from analyzer.workflow.repairs import plan_rows, provenance
from analyzer.workflow.walk import walk


@click.command("rewrite")
@common_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["sql", "json"]),
    default="sql",
    help="An SQL file for psql (default), or the plan, or what --apply did, as JSON.",
)
@LOCK_TIMEOUT
@click.option("--undo", is_flag=True, help="Print the inverse instead.")
@click.option(
    "--audit",
    is_flag=True,
    help="Note it in the table migdoctor_audit, beside the version table, in one transaction.",
)
@apply_options
def command(
    *,
    format_: str,
    lock_timeout: str,
    undo: bool,
    audit: bool,
    apply_: bool,
    dry_run: bool,
    yes: bool,
    output: str | None,
    **options: Any,
) -> int:
    """Write the SQL that gives rows the versions that their files carry now.

    The SQL goes to standard output, its preview to standard error:
    migdoctor rewrite > fix.sql; psql -v ON_ERROR_STOP=1 -f fix.sql

    With --apply it is carried out at once: checked, asked for, done in one transaction, verified.
    """
    demand_time(lock_timeout)
    request = build_request(**options)
    wish = RewriteWish(lock_timeout, audit, dry_run, yes, format_ == "json", output)
    if apply_ or dry_run:
        _demand_forth(undo=undo)
        demand_database(request, wish)
    done = walk(request)
    plan = plan_rows(done)
    if isinstance(plan, Refusal):
        return refuse("rewrite", plan)
    if undo and not plan.steps:
        return refuse("rewrite --undo", NOTHING_TO_UNDO)
    plan = plan.inverse() if undo else plan
    say(render_row_preview(plan) if plan.steps else "No row needs another version.")
    say_notes(plan.notes)
    if (apply_ or dry_run) and plan.steps:
        return apply_rewrite(request, done, plan, wish)
    if format_ == "json":
        from analyzer.report.plan_document import render_row_plan

        deliver(render_row_plan(plan), output)
        return 0
    if apply_ or dry_run:
        return 0
    note = _note(plan, request.now, undo=undo) if audit else None
    text = render_rewrite(plan, provenance(done), lock_timeout=lock_timeout, audit=note)
    deliver(text, output)
    return 0


def _demand_forth(*, undo: bool) -> None:
    if undo:
        raise UsageError(
            "--apply and --undo were both given",
            why="--undo prints the inverse of a repair that is still to come",
            fix="take a repair back that was carried out: migdoctor undo",
        )


def _note(plan: RowPlan, now: datetime, *, undo: bool) -> AuditNote:
    if plan.table.schema is None:
        raise UsageError(
            "--audit needs to know the version table's schema",
            why="rows from a file do not tell it, and the audit table belongs beside it",
            fix="pass --table SCHEMA.NAME, such as --table public.schema_migrations",
        )
    return AuditNote(new_id(now), "undo" if undo else "rewrite", f"migdoctor {__version__}")
