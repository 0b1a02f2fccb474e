"""Rows get the versions of their files: check, keep the way back, ask, run the script, verify."""

from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.core.version_table import AUDIT_TABLE, TableName
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.outcome import FORTH, Ending, Outcome
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import Actor, FilePart, Repair, RepairKind, fingerprint
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult
from analyzer.model.schema.measure import Check, Measure
from analyzer.operations.repair.journal_writing import discard_scripts, store_script
from analyzer.operations.repair.row_repair import carry_out, rehearse_commit, settle_open
from analyzer.records import Struct, replace
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.follow_up import keep_draft, tell_kept
from analyzer.services.repair.journal_entry import new_entry
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rows.row_scripts import scripts_of
from analyzer.services.repair.verification import check_database, check_migrations
from analyzer.sources.journal.identity import read_actor
from analyzer.workflow.next_steps.typed_commands import typed_file
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk

_COMMAND = "rewrite --apply"


class PlannedRewrite(Struct, frozen=True):
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
    gateway = open_gateway(request.database_url, request.exec_prefix)
    standing = gateway.engine.catalog.read_standing(gateway, plan.table)
    gateway.engine.catalog.demand_privileges(standing, plan.steps, audit=options.audit)
    repair, forth, back = scripts_of(done, plan, options)
    if options.dry_run:
        scripts, account = gateway.engine.scripts, _who(done).account
        text = scripts.without_commit(forth)
        run = scripts.run_sql(gateway, text, repair=repair, account=account)
        return RepairResult("rewrite --dry-run", rehearse_commit(run))
    tell_settled(gateway, standing, _who(done), dialogue)
    entry = rewrite_entry(planned, standing, repair, (forth, back))
    by_hand = typed_file(request, entry.way_back.path)
    dialogue.tell(
        f"Script:   {entry.script.path}\nWay back: migdoctor undo {repair}\n"
        f"          or, on that database: {by_hand}"
    )
    tell_kept(entry.follow_up, dialogue)
    if not dialogue.ask(f"Change {where(plan, standing)}?"):
        discard_scripts(repair)
        return DeclinedRepair()
    before = gateway.engine.catalog.read_measure(gateway, plan.table, plan.shape)
    ended = carry_out(gateway, entry, forth, course=FORTH, who=entry.who, say=dialogue.tell)
    return verified(planned, gateway, before, ended, options, dialogue)


def tell_settled(gateway: Gateway, standing: Standing, who: Actor, dialogue: Dialogue) -> None:
    """Find out what came of repairs of these rows that were cut off, and tell it."""
    for earlier, outcome in settle_open(gateway, standing, who):
        dialogue.tell(f"note: repair {earlier.id} was cut off: {outcome.what}")


def verified(
    planned: PlannedRewrite,
    gateway: Gateway,
    before: Measure,
    ended: tuple[Repair, Outcome],
    options: RewriteOptions,
    dialogue: Dialogue,
) -> RepairResult:
    """Check what a rewrite left."""
    repair, outcome = ended
    plan = planned.plan
    checks: tuple[Check, ...] = ()
    if outcome.ending is Ending.DONE:
        database = check_database(before, _measure(gateway, plan), plan.after)
        checks = (*database, check_migrations(planned.request, rows_changed=True))
        if options.audit:
            dialogue.tell(f"Noted in the table {TableName(AUDIT_TABLE, plan.table.schema)}.")
    return RepairResult(_COMMAND, outcome, checks, repair)


def _measure(gateway: Gateway, plan: RowPlan) -> Measure | None:
    try:
        return gateway.engine.catalog.read_measure(gateway, plan.table, plan.shape)
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
    entry = new_entry(
        planned.done,
        repair,
        RepairKind.REWRITE,
        plan.steps,
        (store_script(repair, "rewrite.sql", forth), store_script(repair, "undo.sql", back)),
        fingerprint(plan.before),
    )
    return replace(
        entry,
        after=fingerprint(plan.after),
        database=standing.identity,
        file_part=part,
        follow_up=keep_draft(planned.done, repair, planned.hidden),
        version_column=plan.version_column,
    )
