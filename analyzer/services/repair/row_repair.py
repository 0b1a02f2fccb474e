"""Rows get the versions of their files: check, keep the way back, ask, run the script, verify."""

from dataclasses import dataclass

from analyzer.engines.postgresql.access.door import Door, open_door
from analyzer.engines.postgresql.access.privileges import Standing, demand_privileges, read_standing
from analyzer.engines.postgresql.catalog.measure import read_measure
from analyzer.engines.postgresql.scripts.sql_file import AUDIT_TABLE, without_commit
from analyzer.engines.postgresql.tools.sql_run import run_sql
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.shell_word import shell_word
from analyzer.model.core.version_table import TableName
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.journal import Actor, FilePart, Repair, RepairKind, fingerprint
from analyzer.model.plans.outcome import FORTH, Ending, Outcome
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult
from analyzer.model.schema.measure import Check, Measure
from analyzer.operations.repair.journal import discard_scripts, store_script
from analyzer.operations.repair.row_repair import carry_out, rehearse_commit, settle_open
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.checks import check_database, check_migrations
from analyzer.services.repair.follow_up import keep_draft, tell_kept
from analyzer.services.repair.journal_entry import new_entry
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.row_scripts import scripts_of
from analyzer.sources.journal.identity import read_actor
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk

_COMMAND = "rewrite --apply"


@dataclass(frozen=True, slots=True)
class PlannedRewrite:
    """A rewrite on its way: its walk, its rows, the files that change with them, hidden edits."""

    done: Walk
    plan: RowPlan
    files: FilePlan
    hidden: FollowUp | None = None

    @property
    def request(self) -> Request:
        """What the walk was asked to look at."""
        return self.done.inference.request


def demand_database(request: Request, options: RewriteOptions, dialogue: Dialogue) -> None:
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
    if not options.dry_run:
        dialogue.demand_answer(_COMMAND)


def apply_rewrite(
    planned: PlannedRewrite, options: RewriteOptions, dialogue: Dialogue
) -> RepairResult | DeclinedRepair:
    """Carry a row plan out.

    Raises:
        AnalyzerError: it cannot be carried out; nothing was changed.
    """
    done, plan, request = planned.done, planned.plan, planned.request
    door = open_door(request.exec_prefix, request.database_url)
    standing = read_standing(door, plan.table)
    demand_privileges(standing, plan.steps, audit=options.audit)
    repair, forth, back = scripts_of(done, plan, options)
    if options.dry_run:
        text = without_commit(forth)
        run = run_sql(door, text, repair=repair, account=_who(done).account)
        return RepairResult("rewrite --dry-run", rehearse_commit(run))
    tell_settled(door, standing, _who(done), dialogue)
    entry = rewrite_entry(planned, standing, repair, (forth, back))
    by_hand = f"psql -v ON_ERROR_STOP=1 -f {shell_word(entry.way_back.path)}"
    dialogue.tell(
        f"Script:   {entry.script.path}\nWay back: migdoctor undo {repair}\n"
        f"          or, on that database: {by_hand}"
    )
    tell_kept(entry.follow_up, dialogue)
    if not dialogue.ask(f"Change {where(plan, standing)}?"):
        discard_scripts(repair)
        return DeclinedRepair()
    before = read_measure(door, plan.table)
    ended = carry_out(door, entry, forth, course=FORTH, who=entry.who, say=dialogue.tell)
    return verified(planned, door, before, ended, options, dialogue)


def tell_settled(door: Door, standing: Standing, who: Actor, dialogue: Dialogue) -> None:
    """Find out what came of repairs of these rows that were cut off, and tell it."""
    for earlier, outcome in settle_open(door, standing, who):
        dialogue.tell(f"note: repair {earlier.id} was cut off: {outcome.what}")


def verified(
    planned: PlannedRewrite, door: Door, before: Measure, ended: tuple[Repair, Outcome],
    options: RewriteOptions, dialogue: Dialogue,
) -> RepairResult:  # fmt: skip
    """Check what a rewrite left."""
    repair, outcome = ended
    plan = planned.plan
    checks: tuple[Check, ...] = ()
    if outcome.ending is Ending.DONE:
        database = check_database(before, _measure(door, plan), plan.after)
        checks = (*database, check_migrations(planned.request, rows_changed=True))
        if options.audit:
            dialogue.tell(f"Noted in the table {TableName(AUDIT_TABLE, plan.table.schema)}.")
    return RepairResult(_COMMAND, outcome, checks, repair)


def _measure(door: Door, plan: RowPlan) -> Measure | None:
    try:
        return read_measure(door, plan.table)
    except AnalyzerError:
        return None


def _who(done: Walk) -> Actor:
    return read_actor(done.inference.repository)


def where(plan: RowPlan, standing: Standing) -> str:
    """The table that a plan changes, in words."""
    return f"{plan.table} in database {standing.identity.name} at {standing.identity.server}"


def rewrite_entry(
    planned: PlannedRewrite,
    standing: Standing,
    repair: str,
    scripts: tuple[str, str],
    part: FilePart | None = None,
) -> Repair:
    """Keep a rewrite's scripts, and make the intent that is written before anything changes.

    Args: scripts: the SQL and its way back.
    """
    plan = planned.plan
    forth, back = scripts
    return new_entry(
        planned.done,
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
        follow_up=keep_draft(repair, planned.hidden),
    )
