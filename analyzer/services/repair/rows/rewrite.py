"""Rows get the versions that their files carry now: the proposal, and carrying it out."""

from analyzer.analysis.repair.combined_plan import CombinedPlan
from analyzer.analysis.repair.repair_conflicts import renames_of_rows
from analyzer.engines.registry import open_gateway
from analyzer.model.core.messages import Notes, RestOfPath
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.notes.note import MadeNotes
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.hand_script import HandScript
from analyzer.model.plans.plan import DatabaseHome, FilePlan, Refusal, RowPlan
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, PathSteps
from analyzer.model.plans.repair_result import RefusedRepair, RepairEnd
from analyzer.records import Struct, replace
from analyzer.scripts.shell.move_script import render_moves
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.rest_of_path import (
    path_of,
    rest_from,
    rest_of_script,
    undrafted,
    with_rest,
)
from analyzer.services.repair.conflicts import find_conflict
from analyzer.services.repair.files.interrupted import demand_none_open, tell_open
from analyzer.services.repair.files.resume import finish_open, settle_whole
from analyzer.services.repair.follow_up import draft_of, find_hidden
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.previews import preview_moves, preview_rows
from analyzer.services.repair.proposals import NOTHING_TO_UNDO
from analyzer.services.repair.rows.combined_execution import apply_combined
from analyzer.services.repair.rows.execution import PlannedRewrite, demand_database
from analyzer.services.repair.rows.row_scripts import (
    audit_note,
    made_notes,
    render_whole,
    schema_patch,
)
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.older_checkout import refuse_behind
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.wholeness import refuse_absent
from analyzer.workflow.repair.repairs import plan_both, plan_rows, provenance
from analyzer.workflow.walk import Walk, walk

_NOTES_IN_FILE = "the notes in {0} do not have this yet: afterwards, run record --to {0}"
_DRAFT_FIRST = (
    "before this runs, draft the follow-up, for afterwards the rows no longer tell what ran: {}"
)
_NO_FILES = FilePlan((), ())


class RowProposal(Struct, frozen=True):
    """Changes of rows that are proposed, with the files that change with them.

    Both plans are empty where nothing is to be changed. ``hidden`` is what they would hide;
    ``path`` is the way that they are a step of, none where they are the way back; ``written`` is
    the script that somebody asked for.
    """

    done: Walk
    plan: RowPlan
    files: FilePlan
    hidden: FollowUp | None
    lock_timeout: str
    note: AuditNote | None = None
    made: MadeNotes | None = None
    path: PathSteps = ()
    written: HandScript | None = None

    def sql(self) -> str:
        """Write the SQL file, with the patch for the schema file where one is to change."""
        rest = rest_of_script(self.path, git_here(self.done), script=self.written)
        drafts = undrafted(self.path, self.written)
        notes = (_DRAFT_FIRST.format("; ".join(it.commands)) for it in drafts)
        plan = replace(self.plan, notes=(*self.plan.notes, *notes))
        return render_whole(plan, self.done, self.lock_timeout, self.note, self.made, rest=rest)

    def script(self) -> str:
        """Write the shell script for the files of a combined plan."""
        return render_moves(self.files, provenance(self.done), git=False)

    def patch(self) -> str:
        """Write the patch for the schema file; bytes that are no UTF-8 are kept as surrogates."""
        return schema_patch(self.plan, self.done).decode("utf-8", "surrogateescape")


def propose(
    request: Request, options: RewriteOptions, dialogue: Dialogue
) -> RowProposal | RefusedRepair:
    """Plan the changes, and tell what they would do; nothing is changed.

    Raises:
        AnalyzerError: something cannot be read, or the draft of a follow-up cannot be written.
    """
    tell_open(request, dialogue)
    proposal = _propose(request, options, dialogue)
    if isinstance(proposal, RowProposal) and proposal.plan.steps and request.named is not None:
        proposal = at_home(proposal)
    if isinstance(proposal, RowProposal) and proposal.path:
        stage = PathStage.DRAFT if options.follow_up else None
        dialogue.tell(RestOfPath(rest_from(proposal.path, stage)))
    return proposal


def at_home(proposal: RowProposal) -> RowProposal:
    """The proposal, as a script that refuses a database that is not its environment's own.

    Rows from a file do not tell whose they are; then it checks the rows alone.

    Raises: AnalyzerError: the database cannot be asked which it is.
    """
    plan, request = proposal.plan, proposal.done.inference.request
    if request.rows is not None:
        return proposal
    gateway = open_gateway(request.database_url, request.exec_prefix)
    found = gateway.engine.catalog.read_standing(gateway, plan.table).identity
    home = DatabaseHome(request.environment, found.name, found.oid, found.system)
    return replace(proposal, plan=replace(plan, home=home))


def apply(request: Request, options: RewriteOptions, dialogue: Dialogue) -> RowProposal | RepairEnd:
    """Plan the changes, ask, carry them out in one transaction, and verify.

    Repairs that were cut off before are settled first; with ``combined``, files too.

    Returns: the empty proposal where nothing is to be changed.

    Raises:
        AnalyzerError: it cannot be carried out; what was moved is put back.
    """
    demand_database(request, options, dialogue)
    settle_whole(request, options.files, dialogue)
    ended = _settle_files(request, options, dialogue)
    if ended is not None:
        return ended
    proposal = _propose(request, options, dialogue)
    if isinstance(proposal, RefusedRepair):
        return proposal
    if not proposal.plan.steps and not proposal.files.steps:
        return proposal
    files = _with_schema(request, proposal, dialogue)
    planned = PlannedRewrite(proposal.done, proposal.plan, files, proposal.hidden)
    ended = apply_combined(planned, options, dialogue)
    return with_rest(ended, proposal.path, git_here(proposal.done))


def _propose(
    request: Request, options: RewriteOptions, dialogue: Dialogue
) -> RowProposal | RefusedRepair:
    return propose_after(walk(request), options, dialogue)


def propose_after(
    done: Walk, options: RewriteOptions, dialogue: Dialogue
) -> RowProposal | RefusedRepair:
    """Plan the changes of an environment that was diagnosed, and tell what they would do.

    Raises:
        AnalyzerError: the draft of a follow-up cannot be written.
    """
    request = done.inference.request
    planned = _plan(request, done, dialogue, combined=options.combined)
    if isinstance(planned, Refusal):
        return RefusedRepair("rewrite", planned)
    plan, files = planned
    if options.undo and not plan.steps and not files.steps:
        return RefusedRepair("rewrite --undo", NOTHING_TO_UNDO)
    note = audit_note(plan, done.engine, request.now, undo=options.undo) if options.audit else None
    made = made_notes(done, plan)[options.undo]
    if options.undo:
        plan, files = plan.inverse(), files.inverse()
    _tell(plan, files, dialogue)
    hidden = None if options.undo else find_hidden(done, draft_of(options), dialogue)
    if request.notes is not None and plan.steps:
        dialogue.tell(Notes((_NOTES_IN_FILE.format(request.notes),)))
    beside = files if options.combined else None
    path = () if options.undo else _path(done, plan, beside, options.script)
    return RowProposal(
        done, plan, files, hidden, options.lock_timeout, note, made, path, options.script
    )


def _path(
    done: Walk, plan: RowPlan, beside: FilePlan | None, script: HandScript | None
) -> PathSteps:
    changes = plan.steps or (beside is not None and beside.steps)
    return path_of(done, plan, beside=beside, script=script) if changes else ()


def _settle_files(
    request: Request, options: RewriteOptions, dialogue: Dialogue
) -> RepairEnd | None:
    """See to it that no rename is half way; the ending if this is the end of the matter."""
    if options.combined:
        return finish_open(request, options.files, dialogue)
    demand_none_open(request)
    return None


def _plan(
    request: Request, done: Walk, dialogue: Dialogue, *, combined: bool
) -> tuple[RowPlan, FilePlan] | Refusal:
    """Plan the rows, and what belongs to them if that is asked for."""
    behind = refuse_behind(done)
    if behind is not None:
        return behind
    both = plan_both(done)
    if combined:
        return both if isinstance(both, Refusal) else _unless_refused(request, done, both, dialogue)
    rows = plan_rows(done)
    if isinstance(rows, Refusal):
        return rows
    _point_further(both, dialogue)
    return _unless_refused(request, done, CombinedPlan(rows, _NO_FILES, more=False), dialogue)


def _unless_refused(
    request: Request, done: Walk, plan: CombinedPlan, dialogue: Dialogue
) -> tuple[RowPlan, FilePlan] | Refusal:
    """The plan, unless files of it are not here, or another repair stands in its way."""
    renames = renames_of_rows(plan.rows.steps, done.inference.framework.numbering.read)
    refused = (
        refuse_absent(done, plan.rows.schema)
        or refuse_absent(done, plan.files)
        or find_conflict(request, done, RepairKind.REWRITE, renames, dialogue)
    )
    return refused or (plan.rows, plan.files)


def _point_further(both: CombinedPlan | Refusal, dialogue: Dialogue) -> None:
    """Say what this rewrite leaves behind."""
    if isinstance(both, Refusal):
        dialogue.tell(Notes((f"not repaired by rows: {both.why}",)))
    elif both.more:
        note = "this leaves a file behind that can never run: see what --combined does"
        dialogue.tell(Notes((note,)))


def _tell(plan: RowPlan, files: FilePlan, dialogue: Dialogue) -> None:
    dialogue.tell(preview_rows(plan) if plan.steps else "No row needs another version.")
    dialogue.tell(Notes(plan.notes))
    if files.steps:
        dialogue.tell(preview_moves(files))
        dialogue.tell(Notes(files.notes))
    if plan.schema.steps:
        dialogue.tell(preview_moves(plan.schema))
        dialogue.tell(
            "The schema file is to change with the rows: the SQL file holds that as a patch too\n"
            "(git apply FILE), and --format patch prints it alone."
        )


def _with_schema(request: Request, proposal: RowProposal, dialogue: Dialogue) -> FilePlan:
    """The files to change with the rows: the schema file too, where there is a working tree."""
    plan, files = proposal.plan, proposal.files
    if not plan.schema.steps:
        return files
    if request.ref is None and proposal.done.inference.repository.work_tree is not None:
        return files.and_also(plan.schema)
    note = "there is no working tree here: change the schema file with --format patch"
    dialogue.tell(Notes((note,)))
    return files
