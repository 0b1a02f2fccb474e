"""``migdoctor rewrite``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from analyzer.analysis.repair.combined_repair import CombinedPlan
from analyzer.analysis.repair.repair_conflicts import renames_of_rows
from analyzer.cli.combining import apply_combined
from analyzer.cli.conflicting import find_conflict
from analyzer.cli.consent import ALLOW_DIRTY, LOCK_TIMEOUT, apply_options, demand_time
from analyzer.cli.console import deliver, kind_of, say
from analyzer.cli.entry import TOOL, Manner, new_id
from analyzer.cli.follow_up import check_draft, find_hidden, follow_up_option, write_draft
from analyzer.cli.interrupted import demand_none_open, say_open
from analyzer.cli.options import build_request, common_options
from analyzer.cli.refusal import NOTHING_TO_UNDO, refuse, say_notes
from analyzer.cli.renaming import RenameWish
from analyzer.cli.resuming import finish_open, settle_whole
from analyzer.cli.rewriting import RewriteWish, demand_database, render_whole, schema_patch
from analyzer.engines.postgresql.scripts.sql_audit import AuditNote
from analyzer.errors import UsageError
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.journal import RepairKind
from analyzer.model.plans.plan import FilePlan, Refusal, RowPlan
from analyzer.scripts.patch.diff import render_move_preview, render_row_preview
from analyzer.scripts.shell.shell import render_moves
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.wholeness import refuse_absent
from analyzer.workflow.repair.repairs import plan_both, plan_rows, provenance
from analyzer.workflow.walk import Walk, walk

_NO_FILES = FilePlan((), ())


@click.command("rewrite")
@common_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["sql", "patch", "sh", "json"]),
    default="sql",
    help="An SQL file for psql (default), a patch for the schema file, the files' script of "
    "--combined, or the plan, or what --apply did, as JSON.",
)
@LOCK_TIMEOUT
@click.option("--recorded", is_flag=True,
              help="From db/renames.toml, for databases that nobody has looked at.")  # fmt: skip
@click.option("--undo", is_flag=True, help="Print the inverse instead.")
@click.option(
    "--combined",
    is_flag=True,
    help="Also remove a deleted migration's row that hides a new file, and give a file that never "
    "ran a free version where two share one.",
)
@click.option(
    "--audit",
    is_flag=True,
    help="Note it in the table migdoctor_audit, beside the version table, in one transaction.",
)
@follow_up_option
@apply_options
@ALLOW_DIRTY
def command(
    *,
    format_: str,
    lock_timeout: str,
    recorded: bool,
    undo: bool,
    draft: str | None,
    combined: bool,
    audit: bool,
    apply_: bool,
    dry_run: bool,
    yes: bool,
    allow_dirty: bool,
    output: str | None,
    **options: Any,
) -> int:
    """Write the SQL that gives rows the versions that their files carry now.

    The SQL goes to standard output, its preview to standard error:
    migdoctor rewrite > fix.sql; psql -v ON_ERROR_STOP=1 -f fix.sql

    With --apply it is carried out at once: checked, asked for, done in one transaction, verified.
    """
    demand_time(lock_timeout)
    check_draft(draft, output=output, undo=undo)
    request = build_request(**options)
    carry_out = apply_ or dry_run
    _demand_sense(format_, undo=undo, carry_out=carry_out, combined=combined, recorded=recorded)
    if recorded:
        from analyzer.cli.commands.recorded import rewrite_recorded

        return rewrite_recorded(request, format_, lock_timeout, output, undo=undo)
    wish = RewriteWish(lock_timeout, audit, Manner(dry_run, yes, format_ == "json", output))
    rename = RenameWish(git=False, allow_dirty=allow_dirty, manner=Manner(dry_run, yes))
    if carry_out:
        demand_database(request, wish)
        settle_whole(request, rename)
        status = _settle_files(request, rename, combined=combined)
        if status is not None:
            return status
    else:
        say_open(request)
    done = walk(request)
    planned = _plan(request, done, combined=combined)
    if isinstance(planned, Refusal):
        return refuse("rewrite", planned)
    plan, files = planned
    if undo and not plan.steps and not files.steps:
        return refuse("rewrite --undo", NOTHING_TO_UNDO)
    note = _note(plan, request.now, undo=undo) if audit else None
    if undo:
        plan, files = plan.inverse(), files.inverse()
    _show(plan, files)
    hidden = None if undo else find_hidden(done)
    write_draft(hidden, draft)
    if carry_out and (plan.steps or files.steps):
        files = _with_schema(request, done, plan, files)
        return apply_combined(request, done, plan, files, wish, rename, hidden)
    if not carry_out or format_ == "json":
        render = _Rendering(done, lock_timeout, note, hidden)
        deliver(render.as_format(format_, plan, files), output, kind_of(format_))
    return 0


def _settle_files(request: Request, rename: RenameWish, *, combined: bool) -> int | None:
    """See to it that no rename is half way; the exit status if this is the end of the matter."""
    if combined:
        return finish_open(request, rename)
    demand_none_open(request)
    return None


def _plan(request: Request, done: Walk, *, combined: bool) -> tuple[RowPlan, FilePlan] | Refusal:
    """Plan the rows, and what belongs to them if that is asked for."""
    both = plan_both(done)
    if combined:
        return both if isinstance(both, Refusal) else _unless_refused(request, done, both)
    rows = plan_rows(done)
    if isinstance(rows, Refusal):
        return rows
    _point_further(both)
    return _unless_refused(request, done, CombinedPlan(rows, _NO_FILES, more=False))


def _unless_refused(
    request: Request, done: Walk, plan: CombinedPlan
) -> tuple[RowPlan, FilePlan] | Refusal:
    """The plan, unless files of it are not here, or another repair stands in its way."""
    refused = (
        refuse_absent(done, plan.rows.schema)
        or refuse_absent(done, plan.files)
        or find_conflict(request, done, RepairKind.REWRITE, renames_of_rows(plan.rows.steps))
    )
    return refused or (plan.rows, plan.files)


def _show(plan: RowPlan, files: FilePlan) -> None:
    say(render_row_preview(plan) if plan.steps else "No row needs another version.")
    say_notes(plan.notes)
    if files.steps:
        say(render_move_preview(files))
        say_notes(files.notes)
    if plan.schema.steps:
        say(render_move_preview(plan.schema).rstrip("\n"))
        say("The schema file is to change with the rows: the SQL file holds that as a patch too\n"
            "(git apply FILE), and --format patch prints it alone.")  # fmt: skip


def _with_schema(request: Request, done: Walk, plan: RowPlan, files: FilePlan) -> FilePlan:
    """The files to change with the rows: the schema file too, where there is a working tree."""
    if not plan.schema.steps:
        return files
    if request.ref is None and done.inference.repository.work_tree is not None:
        return files.and_also(plan.schema)
    say_notes(("there is no working tree here: change the schema file with --format patch",))
    return files


def _point_further(both: CombinedPlan | Refusal) -> None:
    """Say what this rewrite leaves behind."""
    if isinstance(both, Refusal):
        say_notes((f"not mended by rows: {both.why}",))
    elif both.more:
        say_notes(("this leaves a file behind that can never run: see what --combined does",))


@dataclass(frozen=True, slots=True)
class _Rendering:
    """What the forms of the artefact need besides the plan."""

    done: Walk
    lock_timeout: str
    note: AuditNote | None
    hidden: FollowUp | None

    def as_format(self, format_: str, plan: RowPlan, files: FilePlan) -> str:
        if format_ == "json":
            from analyzer.report.repair.plan_document import render_row_plan

            return render_row_plan(plan, self.hidden, files if files.steps else None)
        if format_ == "sh":
            return render_moves(files, provenance(self.done), git=False)
        if format_ == "patch":
            return schema_patch(plan, self.done).decode("utf-8", "surrogateescape")
        return render_whole(plan, self.done, self.lock_timeout, self.note)


def _demand_sense(
    format_: str, *, undo: bool, carry_out: bool, combined: bool, recorded: bool
) -> None:
    if recorded and (carry_out or combined):
        raise UsageError(
            "--recorded writes SQL for any database, and --apply or --combined mends this one",
            why="what is recorded is carried out where nobody has looked first",
            fix="leave out one of them; run what --recorded writes with psql",
        )
    if undo and carry_out:
        raise UsageError(
            "--apply and --undo were both given",
            why="--undo prints the inverse of a repair that is still to come",
            fix="take a repair back that was carried out: migdoctor undo",
        )
    if format_ == "sh" and (carry_out or not combined):
        raise UsageError(
            "--format sh is the script of --combined",
            why="rows are changed by SQL; only the files of a combined plan are moved by a script",
            fix="pass --combined as well, and no --apply",
        )


def _note(plan: RowPlan, now: datetime, *, undo: bool) -> AuditNote:
    if plan.table.schema is None:
        raise UsageError(
            "--audit needs to know the version table's schema",
            why="rows from a file do not tell it, and the audit table belongs beside it",
            fix="pass --table SCHEMA.NAME, such as --table public.schema_migrations",
        )
    return AuditNote(new_id(now), "undo" if undo else "rewrite", TOOL)
