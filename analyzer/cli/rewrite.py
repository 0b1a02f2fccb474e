"""``migdoctor rewrite``."""

import re
from typing import Any

import click

from analyzer.cli.console import deliver, say
from analyzer.cli.follow_up import check_draft, find_hidden, follow_up_option, write_draft
from analyzer.cli.options import build_request, common_options
from analyzer.cli.refusal import NOTHING_TO_UNDO, refuse, say_notes
from analyzer.errors import UsageError
from analyzer.model.plan import Refusal, RowPlan
from analyzer.scripts.diff import render_move_preview, render_row_preview
from analyzer.scripts.patch import render_patch
from analyzer.scripts.sql import render_rewrite
from analyzer.scripts.sql_patch import with_patch
from analyzer.workflow.repairs import plan_rows, provenance, schema_contents
from analyzer.workflow.walk import Walk, walk

_TIME = re.compile(r"[0-9]{1,9} ?(?:ms|s|min|h|d)?", re.ASCII)


@click.command("rewrite")
@common_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["sql", "patch", "json"]),
    default="sql",
    help="An SQL file for psql (default), a patch for the schema file, or the plan as JSON.",
)
@click.option(
    "--lock-timeout",
    metavar="TIME",
    default="5s",
    show_default=True,
    help="How long the script waits for the version table's lock.",
)
@click.option("--recorded", is_flag=True,
              help="From db/renames.toml, for databases that nobody has looked at.")  # fmt: skip
@click.option("--undo", is_flag=True, help="Print the inverse instead.")
@follow_up_option
def command(
    *,
    format_: str,
    lock_timeout: str,
    recorded: bool,
    undo: bool,
    draft: str | None,
    output: str | None,
    **options: Any,
) -> int:
    """Write the SQL that gives rows the versions that their files carry now.

    The SQL goes to standard output, its preview to standard error:
    migdoctor rewrite > fix.sql; psql -v ON_ERROR_STOP=1 -f fix.sql
    """
    if not _TIME.fullmatch(lock_timeout):
        raise UsageError(
            f"--lock-timeout {lock_timeout!r} is no time that PostgreSQL knows",
            why="it is a number and a unit: ms, s, min, h or d",
            fix="for example: --lock-timeout 5s",
        )
    check_draft(draft, output=output, undo=undo)
    if recorded:
        from analyzer.cli.recorded import rewrite_recorded

        request = build_request(**options)
        return rewrite_recorded(request, format_, lock_timeout, output, undo=undo)
    done = walk(build_request(**options))
    plan = plan_rows(done)
    if isinstance(plan, Refusal):
        return refuse("rewrite", plan)
    if undo and not plan.steps:
        return refuse("rewrite --undo", NOTHING_TO_UNDO)
    plan = plan.inverse() if undo else plan
    say(render_row_preview(plan) if plan.steps else "No row needs another version.")
    say_notes(plan.notes)
    say_schema(plan)
    hidden = None if undo else find_hidden(done)
    write_draft(hidden, draft)
    if format_ == "json":
        from analyzer.report.plan_document import render_row_plan

        deliver(render_row_plan(plan, hidden), output)
        return 0
    patch = _schema_patch(plan, done)
    if format_ == "patch":
        deliver(patch.decode("utf-8", "surrogateescape"), output)
        return 0
    text = render_rewrite(plan, provenance(done), lock_timeout=lock_timeout)
    deliver(with_patch(text, patch) if patch else text, output)
    return 0


def say_schema(plan: RowPlan) -> None:
    """Show what changes in the schema file, which is in the repository and not in the database."""
    if plan.schema.steps:
        say(render_move_preview(plan.schema).rstrip("\n"))
        say("The schema file is to change with the rows: the SQL file holds that as a patch too\n"
            "(git apply FILE), and --format patch prints it alone.")  # fmt: skip


def _schema_patch(plan: RowPlan, done: Walk) -> bytes:
    """The change of the schema file; empty where none is to change."""
    if not plan.schema.steps:
        return b""
    return render_patch(plan.schema, schema_contents(done), provenance(done))
