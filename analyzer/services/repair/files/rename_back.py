"""Renamed files get their old names: the proposal, and carrying it out."""

from analyzer.analysis.repair.repair_conflicts import renames_of_files
from analyzer.model.core.messages import Notes, RestOfPath
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.plans.hand_script import HandScript
from analyzer.model.plans.plan import FilePlan, Refusal
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, PathSteps
from analyzer.model.plans.repair_result import RefusedRepair, RepairEnd
from analyzer.records import Struct, replace
from analyzer.scripts.patch.patch import render_patch
from analyzer.scripts.shell.move_script import render_moves
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.rest_of_path import path_of, rest_from, rest_of_script, with_rest
from analyzer.services.fleets.rename_back import walk_for_files
from analyzer.services.repair.conflicts import find_conflict
from analyzer.services.repair.files.execution import PlannedMoves, apply_moves, demand_work_tree
from analyzer.services.repair.files.interrupted import tell_open
from analyzer.services.repair.files.resume import finish_open
from analyzer.services.repair.follow_up import draft_of, find_hidden
from analyzer.services.repair.options import RenameBackOptions
from analyzer.services.repair.previews import preview_moves
from analyzer.services.repair.proposals import NOTHING_TO_UNDO
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.older_checkout import refuse_behind
from analyzer.workflow.next_steps.recorded_names import refuse_given_back
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.wholeness import refuse_absent
from analyzer.workflow.repair.repairs import FileRepair, plan_files, provenance, versions_after
from analyzer.workflow.walk import Walk


class FileProposal(Struct, frozen=True):
    """Moves that are proposed, with what they would hide; its script and its patch are what runs.

    The plan is empty where nothing is to be moved. ``path`` is the way that it is a step of, none
    where it is the way back; ``written`` is the script that somebody asked for.
    """

    done: Walk
    repair: FileRepair
    hidden: FollowUp | None
    git: bool
    path: PathSteps = ()
    written: HandScript | None = None

    @property
    def plan(self) -> FilePlan:
        """The steps."""
        return self.repair.plan

    def script(self) -> str:
        """Write the shell script."""
        added = () if self.git else tuple(move.target for move in self.plan.moves)
        rest = rest_of_script(self.path, git_here(self.done), added, self.written)
        return render_moves(self.plan, replace(provenance(self.done), rest=rest), git=self.git)

    def patch(self) -> str:
        """Write the patch for ``git apply``; bytes that are no UTF-8 are kept as surrogates."""
        patch = render_patch(self.plan, self.repair.contents, provenance(self.done))
        return patch.decode("utf-8", "surrogateescape")


def propose(
    request: Request, options: RenameBackOptions, dialogue: Dialogue
) -> FileProposal | RefusedRepair:
    """Plan the moves, and tell what they would do; nothing is changed.

    Raises:
        AnalyzerError: something cannot be read, or the draft of a follow-up cannot be written.
    """
    tell_open(request, dialogue)
    done = walk_for_files(request)
    if isinstance(done, Refusal):
        return RefusedRepair("rename-back", done)
    repair = _plan(request, done, dialogue)
    if isinstance(repair, Refusal):
        return RefusedRepair("rename-back", repair)
    if options.undo:
        if not repair.plan.steps:
            return RefusedRepair("rename-back --undo", NOTHING_TO_UNDO)
        repair = FileRepair(repair.plan.inverse(), repair.contents)
    proposal = _proposal(done, repair, options, dialogue)
    if proposal.path:
        stage = PathStage.DRAFT if options.follow_up else None
        dialogue.tell(RestOfPath(rest_from(proposal.path, stage)))
    return proposal


def apply(
    request: Request, options: RenameBackOptions, dialogue: Dialogue
) -> FileProposal | RepairEnd:
    """Plan the moves, ask, carry them out whole or not at all, and verify.

    A rename that was cut off before is brought to its end first.

    Returns: the empty proposal where nothing is to be moved.

    Raises:
        AnalyzerError: it cannot be carried out; nothing was changed.
    """
    root = demand_work_tree(request, options, dialogue)
    ended = finish_open(request, options, dialogue)
    if ended is not None:
        return ended
    done = walk_for_files(request)
    if isinstance(done, Refusal):
        return RefusedRepair("rename-back --apply", done)
    repair = _plan(request, done, dialogue)
    if isinstance(repair, Refusal):
        return RefusedRepair("rename-back --apply", repair)
    proposal = _proposal(done, repair, options, dialogue)
    if not proposal.plan.steps:
        return proposal
    planned = PlannedMoves(done, proposal.plan, request, proposal.hidden)
    ended = apply_moves(planned, root, options, dialogue)
    return with_rest(ended, proposal.path, git_here(done), staged_by_git=options.git)


def _plan(request: Request, done: Walk, dialogue: Dialogue) -> FileRepair | Refusal:
    """Plan the moves, unless a sparse checkout leaves out what is to move, or a repair has."""
    planned = refuse_behind(done) or plan_files(done)
    if isinstance(planned, Refusal):
        return planned
    renames = renames_of_files(planned.plan.moves, done.inference.framework.numbering.read)
    return (
        refuse_absent(done, planned.plan)
        or refuse_given_back(done)
        or find_conflict(request, done, RepairKind.RENAME_BACK, renames, dialogue)
        or planned
    )


def _proposal(
    done: Walk, repair: FileRepair, options: RenameBackOptions, dialogue: Dialogue
) -> FileProposal:
    """Tell what a plan does, and what it would hide."""
    plan = repair.plan
    dialogue.tell(preview_moves(plan) if plan.steps else "Nothing to rename back.")
    dialogue.tell(Notes(plan.notes))
    hidden = None
    if not options.undo:
        hidden = find_hidden(done, draft_of(options), dialogue, versions_after(done, plan))
    tells = plan.steps and not options.undo
    path = path_of(done, plan, script=options.script) if tells else ()
    return FileProposal(done, repair, hidden, options.git, path, options.script)
