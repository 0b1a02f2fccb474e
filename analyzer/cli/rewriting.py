"""``rewrite --apply``: check, keep the way back, ask, run the script as it was shown, verify."""

from dataclasses import dataclass

from analyzer.cli.consent import ask, demand_consent_is_possible
from analyzer.cli.console import say
from analyzer.cli.entry import TOOL, Manner, new_entry, new_id
from analyzer.cli.renaming import keep_draft, say_kept
from analyzer.cli.verdict import check_database, check_migrations, conclude
from analyzer.engines.postgresql.access.door import Door, open_door
from analyzer.engines.postgresql.access.privileges import Standing, demand_privileges, read_standing
from analyzer.engines.postgresql.catalog.measure import read_measure
from analyzer.engines.postgresql.scripts.rewrite_sql import render_rewrite
from analyzer.engines.postgresql.scripts.sql_audit import AuditNote
from analyzer.engines.postgresql.scripts.sql_file import AUDIT_TABLE, without_commit
from analyzer.engines.postgresql.scripts.sql_patch import with_patch
from analyzer.engines.postgresql.tools.sql_run import run_sql
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.shell_word import shell_word
from analyzer.model.core.version_table import TableName
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.journal import Actor, FilePart, Repair, RepairKind, fingerprint
from analyzer.model.plans.outcome import FORTH, Ending, Outcome
from analyzer.model.plans.plan import RowPlan
from analyzer.model.schema.measure import Check, Measure
from analyzer.operations.repair.journal import discard_scripts, store_script
from analyzer.operations.repair.row_repair import carry_out, rehearse_commit, settle_open
from analyzer.scripts.patch.patch import render_patch
from analyzer.sources.journal.identity import read_actor
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import provenance, schema_contents
from analyzer.workflow.walk import Walk

_COMMAND = "rewrite --apply"


@dataclass(frozen=True, slots=True)
class RewriteWish:
    """The options of ``rewrite`` that say how it is carried out."""

    lock_timeout: str
    audit: bool
    manner: Manner


def demand_database(request: Request, wish: RewriteWish) -> None:
    """Refuse early what can never be carried out.

    Raises:
        UsageError: the rows come from a file, or nobody could be asked.
    """
    if request.rows is not None:
        raise UsageError(
            "--apply needs the database itself, and --rows names a file",
            why="the rows are checked once more under the lock before they are changed",
            fix="leave out --rows and name the database: --database-url URL",
        )
    if not wish.manner.dry_run:
        demand_consent_is_possible(_COMMAND, yes=wish.manner.yes)


def apply_rewrite(
    request: Request, done: Walk, plan: RowPlan, wish: RewriteWish, hidden: FollowUp | None = None
) -> int:
    """Carry a row plan out; return the exit status. ``hidden`` is kept with it as a draft.

    Raises:
        AnalyzerError: it cannot be carried out; nothing was changed.
    """
    door = open_door(request.exec_prefix, request.database_url)
    standing = read_standing(door, plan.table)
    demand_privileges(standing, plan.steps, audit=wish.audit)
    repair, forth, back = scripts_of(done, plan, wish)
    if wish.manner.dry_run:
        text = without_commit(forth)
        run = run_sql(door, text, repair=repair, account=_who(done).account)
        return conclude(
            "rewrite --dry-run", rehearse_commit(run), (), None,
            wish.manner)  # fmt: skip
    for earlier, outcome in settle_open(door, standing, _who(done)):
        say(f"note: repair {earlier.id} was cut off: {outcome.what}")
    entry = rewrite_entry(done, plan, standing, repair, forth, back, hidden=hidden)
    by_hand = f"psql -v ON_ERROR_STOP=1 -f {shell_word(entry.way_back.path)}"
    say(f"Script:   {entry.script.path}\nWay back: migdoctor undo {repair}\n"
        f"          or, on that database: {by_hand}")  # fmt: skip
    say_kept(entry.follow_up)
    if not ask(f"Change {where(plan, standing)}?", yes=wish.manner.yes):
        discard_scripts(repair)
        return 1
    return _run(request, door, plan, entry, forth, wish)


def _run(
    request: Request, door: Door, plan: RowPlan, entry: Repair, text: str, wish: RewriteWish
) -> int:
    before = read_measure(door, plan.table)
    repair, outcome = carry_out(door, entry, text, course=FORTH, who=entry.who, say=say)
    return conclude_rewrite(request, door, plan, before, (repair, outcome), wish)


def conclude_rewrite(
    request: Request, door: Door, plan: RowPlan, before: Measure, ended: tuple[Repair, Outcome],
    wish: RewriteWish,
) -> int:  # fmt: skip
    """Check what a rewrite left, and say how it ended; return the exit status."""
    repair, outcome = ended
    checks: tuple[Check, ...] = ()
    if outcome.ending is Ending.DONE:
        database = check_database(before, _measure(door, plan), plan.after)
        checks = (*database, check_migrations(request, rows_changed=True))
        if wish.audit:
            say(f"Noted in the table {TableName(AUDIT_TABLE, plan.table.schema)}.")
    return conclude(_COMMAND, outcome, checks, repair, wish.manner)


def _measure(door: Door, plan: RowPlan) -> Measure | None:
    try:
        return read_measure(door, plan.table)
    except AnalyzerError:
        return None


def _who(done: Walk) -> Actor:
    return read_actor(done.inference.repository)


def render_whole(plan: RowPlan, done: Walk, lock_timeout: str, audit: AuditNote | None) -> str:
    """Write the SQL, with the patch for the schema file where one is to change."""
    text = render_rewrite(plan, provenance(done), lock_timeout=lock_timeout, audit=audit)
    patch = schema_patch(plan, done)
    return with_patch(text, patch) if patch else text


def schema_patch(plan: RowPlan, done: Walk) -> bytes:
    """The change of the schema file; empty where none is to change."""
    if not plan.schema.steps:
        return b""
    return render_patch(plan.schema, schema_contents(done), provenance(done))


def scripts_of(done: Walk, plan: RowPlan, wish: RewriteWish) -> tuple[str, str, str]:
    """Name the repair, and write it and its way back."""
    repair = new_id(done.inference.request.now)

    def note(action: str) -> AuditNote | None:
        return AuditNote(repair, action, TOOL) if wish.audit else None

    forth = render_whole(plan, done, wish.lock_timeout, note("rewrite"))
    back = render_whole(plan.inverse(), done, wish.lock_timeout, note("undo"))
    return repair, forth, back


def where(plan: RowPlan, standing: Standing) -> str:
    """The table that a plan changes, in words."""
    return f"{plan.table} in database {standing.identity.name} at {standing.identity.server}"


def rewrite_entry(
    done: Walk, plan: RowPlan, standing: Standing, repair: str, forth: str, back: str,
    *, part: FilePart | None = None, hidden: FollowUp | None = None,
) -> Repair:  # fmt: skip
    """Keep a rewrite's scripts, and make the intent that is written before anything changes."""
    return new_entry(
        done,
        repair,
        RepairKind.REWRITE,
        plan.steps,
        scripts=(
            store_script(repair, "rewrite.sql", forth),
            store_script(repair, "undo.sql", back),
        ),
        before=fingerprint(plan.before),
        after=fingerprint(plan.after),
        database=standing.identity,
        file_part=part,
        follow_up=keep_draft(repair, hidden),
    )
