"""The step of a plan that keeps the new names: the team's record says that they stay.

Without it, whoever has a database that the plan does not know would be told to take them back.
"""

from collections.abc import Sequence

from analyzer.analysis.advice.file_steps import committed
from analyzer.analysis.renames.decisions import PairIndex
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.gate.recorded_renames import record_path
from analyzer.model.plans.repair_path import PathStage, PathStep, PathSteps
from analyzer.records import replace
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.typed_commands import typed
from analyzer.workflow.walk import Walk

_SAYS = "Record that the new names stay, for whoever has another database that ran the old ones"
_MESSAGE = "Record renamed migrations"


def recording_steps(joint: JointChoice, walks: Sequence[Walk]) -> PathSteps:
    """Record the renames that rows follow, once for all environments; nothing if that is done."""
    mine = [done for done in walks if joint.way is JointWay.ROWS and _name(done) in joint.mend]
    wanted = [done for done in mine if _can_record(done) and _unrecorded(done)]
    if not wanted:
        return ()
    lines, told = [], set[object]()
    for done in wanted:
        new = _unrecorded(done) - told
        if new:
            told |= new
            asked = replace(done.inference.request, deployed=None)
            lines.append(typed(asked, "rewrite", "--write-renames"))
    kept = record_path(wanted[0].inference.target.files.directories[0])
    commit = committed(PathStage.KEEP, git_here(wanted[0]), _MESSAGE, [kept], [kept])
    return (PathStep(PathStage.KEEP, _SAYS, (*lines, *commit.commands), files=commit.files),)


def _can_record(done: Walk) -> bool:
    inference = done.inference
    is_here = inference.repository.work_tree is not None and inference.request.ref is None
    return is_here and inference.framework.packages is None and not inference.request.is_fleet


def _unrecorded(done: Walk) -> set[object]:
    """The renames that rows follow and no record has, as pairs of paths."""
    said = [it for it in done.inference.decisions if it.said]
    index = PairIndex(said, done.inference.framework.numbering)
    files = done.report.environments[0].diagnosis.files
    pairs = [it.rename for it in files if isinstance(it, FileRenamed) and it.old_row is not None]
    return {(it.old.path, it.new.path) for it in pairs if index.of(it.old, it.new) is None}


def _name(done: Walk) -> str:
    return done.report.environments[0].table.environment
