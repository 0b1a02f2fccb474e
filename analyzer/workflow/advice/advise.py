"""Advice on one repository and any number of environments."""

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from analyzer.analysis.advice.option_rating import advise
from analyzer.analysis.advice.tried_in_memory import told_briefly
from analyzer.analysis.diagnosis.findings import (
    catalog_contradictions,
    deleted,
    next_migrate,
    renamed,
    unknown_rows,
)
from analyzer.analysis.diagnosis.findings.changed_file import doubtful_edits
from analyzer.engines.registry import open_gateway
from analyzer.errors import RefusedError
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.advice import AdviceForAll, Rate, RepairSize, Situation, Volume
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileRenamed,
    FileVerdict,
    RowAmbiguous,
    RowDeleted,
    RowOrphaned,
    RowReused,
)
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.next_steps import Action, InPlaceRepair, NextSteps
from analyzer.model.plans.plan import Refusal
from analyzer.model.plans.repair_path import PathStage, PathSteps
from analyzer.records import replace
from analyzer.workflow.advice.joint_choice import plan_of_all
from analyzer.workflow.advice.plan_outcome import with_answer
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.edited_renames import edited_renames
from analyzer.workflow.next_steps.repair_paths import path_by
from analyzer.workflow.next_steps.shared_steps import harm_on_any
from analyzer.workflow.next_steps.trials import can_rehearse
from analyzer.workflow.next_steps.typed_commands import naming
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.wholeness import refuse_gaps
from analyzer.workflow.repair.repairs import advice_check_of, plan_files, plan_rows
from analyzer.workflow.walk import Walk, walk
from analyzer.workflow.walks import Walks, walk_all

_TOLD = frozenset(
    {
        deleted.DELETED.code,
        unknown_rows.WITHOUT_FILE.code,
        catalog_contradictions.ROW_WITHOUT_EFFECT.code,
        catalog_contradictions.HALF_APPLIED.code,
        next_migrate.FAILS.code,
        next_migrate.DESTROYS.code,
    }
)


def advise_on(requests: Sequence[Request], window: float | None) -> AdviceForAll:
    """Say which way of recovery suits each environment, and what to do for all of them.

    Args:
        requests: one for each environment; what is right for one depends on the others.
        window: minutes for which the application may be down.

    Raises:
        AnalyzerError: something cannot be read; one of several environments hides no other.
    """
    if len(requests) > 1 or requests[0].is_fleet:
        return advise_after(walk_all(requests), requests, window)
    return advise_alone(walk(requests[0]), window)


def advise_alone(done: Walk, window: float | None) -> AdviceForAll:
    """Say it of one environment that was diagnosed. Raises as `advise_on`."""
    (advice,) = advise([_situation(done)], window)
    return AdviceForAll((advice,), advice.plan)


def advise_after(done: Walks, requests: Sequence[Request], window: float | None) -> AdviceForAll:
    """Say it of several environments that were diagnosed. Raises as `advise_on`."""
    joint = done.report.joint or JointChoice(JointWay.NOTHING)
    situations = [_among(_situation(one, done.walks), done, joint) for one in done.walks]
    advices = advise(situations, window, alone=True)
    plan = plan_of_all(
        ((advice.situation.environment, advice.plan) for advice in advices),
        joint,
        done.walks,
        requests,
    )
    return AdviceForAll(advices, plan, joint, done.report.unread)


def _among(situation: Situation, done: Walks, joint: JointChoice) -> Situation:
    """One environment as the others let it be: what harms one of them is not advised for any."""
    steps, told = [], list(situation.told)
    for step in situation.steps:
        harm = harm_on_any(step, done.walks)
        if harm is None:
            steps.append(step)
        else:
            told.append(f"{step.says}: not {step.command}, for {harm}")
    if joint.way is JointWay.ROWS and situation.files.refused is None:
        situation = replace(situation, files=RepairSize(0, joint.because[0]))
    return replace(situation, steps=tuple(steps), told=tuple(told))


def _situation(done: Walk, among: Sequence[Walk] = ()) -> Situation:
    request = done.inference.request
    _demand_history(done)
    environment = done.report.environments[0]
    diagnosis, table = environment.diagnosis, environment.table
    next_steps = environment.next_steps
    failure = environment.prediction.fails_at
    volume, rate = _measured(request)
    return Situation(
        environment=table.environment,
        place=table.place,
        versions=frozenset(row.version.key for row in table.rows if row.version.is_valid),
        renames=tuple(_renames(diagnosis, next_steps)),
        reused=_number(done, RowReused) - len(next_steps.left),
        gone=_number(done, RowDeleted) + _number(done, RowOrphaned),
        open=_number(done, RowAmbiguous),
        edited=_edited(done),
        left=_left(next_steps),
        drafts=done.inference.framework.writer is not None,
        stops=failure.said if failure else None,
        losses=environment.prediction.destroys,
        files=_files(done, next_steps.files),
        rows=_rows(done, next_steps.rows),
        volume=volume,
        rate=rate,
        rows_file=request.rows,
        rebuild=_rebuild(done),
        steps=next_steps.steps,
        migrate=next_steps.migrate,
        told=tuple(_told(done, among)),
        git=git_here(done),
        naming=naming(request),
        can_rehearse=can_rehearse(done),
        nowhere=done.engine.title if done.engine.scratch is None else None,
        ahead=done.recommender.ahead if done.recommender is not None else None,
        own_scratch=_own_scratch(done),
        whose=table.whose,
        scratch_order=done.recommender.scratch_order if done.recommender is not None else "",
    )


def _renames(
    diagnosis: Diagnosis, next_steps: NextSteps
) -> Iterator[tuple[VersionKey, VersionKey]]:
    """What ran under a version that its file has no more, as far as a repair is due."""
    twice = _is_mended(next_steps)
    renamed_files = (it for it in diagnosis.files if isinstance(it, FileRenamed) and it.old_row)
    for file in renamed_files:
        if twice or file.new_row is None:
            yield file.rename.old.version.key, file.rename.new.version.key


def _is_mended(next_steps: NextSteps) -> bool:
    """Whether a repair in place is due; a version recorded twice may be left as it is."""
    return any(way.changes or way.refused for way in (next_steps.files, next_steps.rows))


def _left(next_steps: NextSteps) -> PathSteps:
    """The path of a database without a repair on it, where a person is to write or to merge."""
    by_person = any(it.stage in (PathStage.MERGE, PathStage.BRING) for it in next_steps.path)
    repaired = any(it.stage is PathStage.APPLY for it in next_steps.path)
    return next_steps.path if by_person and not repaired else ()


def _own_scratch(done: Walk) -> str | None:
    """The engine, where no server of its kind can come along."""
    scratch = done.engine.scratch
    return None if scratch is None or scratch.can_come_along() else done.engine.title


def _demand_history(done: Walk) -> None:
    """Refuse where part of the history is missing: the best way depends on everything that ran."""
    refusal = refuse_gaps(done)
    if refusal is not None:
        raise RefusedError(
            "no advice can be given on an incomplete history",
            why=refusal.why,
            fix=", or ".join(refusal.settle),
        )


def _rebuild(done: Walk) -> RepairSize:
    """Whether a rebuild would make this very database, where anything needs a repair."""
    next_steps = done.report.environments[0].next_steps
    if (
        not next_steps.migrate.certain
        or next_steps.files.open
        or next_steps.rows.open
        or next_steps.steps
    ):
        return RepairSize(0, "a smaller repair is enough")
    lacking = done.engine.why_without("recovery")
    if lacking is not None:
        return RepairSize(0, lacking)
    faults = advice_check_of(done).judge(Action(from_zero=True)).faults
    return RepairSize(1, told_briefly(faults) or None)


def _told(done: Walk, among: Sequence[Walk] = ()) -> Iterator[str]:
    """Collect the findings that no repair in place changes, and no pending migration settles."""
    mended = _is_mended(done.report.environments[0].next_steps)
    for finding in (with_answer(it, among) for it in done.report.findings):
        if finding.code == renamed.RECORDED_TWICE.code and not mended:
            yield f"{finding.what}: {finding.fix}"
        settled = finding.severity is Severity.NOTE and finding.fix.startswith("nothing")
        if finding.code in _TOLD and not settled:
            yield f"{finding.what}: {finding.fix}"


def _measured(request: Request) -> tuple[Volume | None, Rate | None]:
    """Measure what only a direct connection can tell."""
    if request.rows is not None or request.exec_prefix:
        return None, None

    gateway = open_gateway(request.database_url)
    return gateway.engine.catalog.read_volume(gateway)


def _number(done: Walk, kind: type) -> int:
    return sum(isinstance(row, kind) for row in done.report.environments[0].diagnosis.rows)


def _edited(done: Walk) -> int:
    """Files that ran, do something else today, or may do so, and brought it to no such database.

    One that the database records under both versions is among those edited under their new one.
    """
    diagnosis = done.report.environments[0].diagnosis
    twice = {it.rename.new.path for it in diagnosis.files if _ran_under_both(it)}
    renamed = sum(it.new.path not in twice for it in edited_renames(done))
    return len(doubtful_edits(diagnosis)) + renamed


def _ran_under_both(file: FileVerdict) -> TypeGuard[FileRenamed]:
    return isinstance(file, FileRenamed) and file.new_row is not None


def _files(done: Walk, way: InPlaceRepair) -> RepairSize:
    planned = plan_files(done)
    if isinstance(planned, Refusal):
        return RepairSize(0, planned.why)
    if way.refused is not None:
        return RepairSize(0, way.refused)
    moves = len(planned.plan.moves)
    return RepairSize(moves, None, way.path or (path_by(done, planned.plan) if moves else ()))


def _rows(done: Walk, way: InPlaceRepair) -> RepairSize:
    lacking = done.engine.why_without("row_changes")
    if lacking is not None:
        return RepairSize(0, lacking)
    planned = plan_rows(done)
    if isinstance(planned, Refusal):
        return RepairSize(0, planned.why)
    steps = len(planned.steps)
    return RepairSize(steps, None, way.path or (path_by(done, planned) if steps else ()))
