"""Repairs: from a finished walk to a plan, or to the reason why there is none."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from analyzer import __version__
from analyzer.analysis.advice.tried_in_memory import told_briefly
from analyzer.analysis.diagnosis.ambiguity import refuse_dispute
from analyzer.analysis.repair.combined_plan import (
    CombinedPlan,
    hiding_rows,
    plan_combined,
    with_reasons,
)
from analyzer.analysis.repair.file_plan import plan_rename_back
from analyzer.analysis.repair.row_plan import plan_rewrite
from analyzer.analysis.repair.schema_file_plan import bring_in_line
from analyzer.errors import RefusedError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.deployment import Deployed
from analyzer.model.core.migration import FileSet, MigrationName
from analyzer.model.core.version import NO_VERSION, Version
from analyzer.model.findings.diagnosis import Diagnosis, RowRenamed, RowReused
from analyzer.model.findings.next_steps import Action
from analyzer.model.plans.plan import (
    RUN_FILE,
    DeleteRow,
    FilePlan,
    MoveFile,
    Provenance,
    Refusal,
    RowPlan,
    UpdateRow,
)
from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.records import Struct, replace
from analyzer.sources.git.blobs import read_contents
from analyzer.workflow.forecast.fix_check import FixCheck
from analyzer.workflow.next_steps.typed_commands import typed_file
from analyzer.workflow.reading.rows.many_rows import demand_all_rows
from analyzer.workflow.reading.wholeness import refuse_gaps
from analyzer.workflow.repair.rewrite_preconditions import needs_of
from analyzer.workflow.repair.taken_upstream import refuse_taken
from analyzer.workflow.schema.schema_versions import read_schema_files
from analyzer.workflow.walk import Walk


class FileRepair(Struct, frozen=True):
    """A plan for files, with the contents that it speaks of."""

    plan: FilePlan
    contents: Mapping[str, bytes]


_INSTEAD = "migdoctor diagnose says of each migration what is right instead"


def plan_files(done: Walk, check: FixCheck | None = None) -> FileRepair | Refusal:
    """Plan the moves that give files the names under which they ran.

    Args: check: that of the walk's environment, where it was made already.

    Returns: a refusal where the plan, carried out in memory, does harm.
    """
    planned = _draw_files(done)
    if isinstance(planned, Refusal) or not planned.plan.steps:
        return planned
    taken = refuse_taken(done, planned.plan)
    if taken is not None:
        return taken
    check = check or advice_check_of(done)
    faults = check.judge(check.renames(planned.plan, planned.contents)).faults
    if faults:
        return _refused(faults)
    notes = tuple(_without_letting_run(planned.plan.notes, rows_to_leave(done, check)))
    return replace(planned, plan=replace(planned.plan, notes=notes))


def plan_rows(done: Walk, check: FixCheck | None = None) -> RowPlan | Refusal:
    """Plan the changes that give rows the versions of their files.

    Args: check: that of the walk's environment, where it was made already.

    Returns: a refusal where the plan, carried out in memory, does harm.
    """
    planned = _draw_rows(done)
    if isinstance(planned, Refusal):
        return planned
    check = check or advice_check_of(done)
    planned = with_reasons(planned, rows_to_leave(done, check))
    faults = check.judge(Action(rows=planned.steps)).faults
    return _refused(faults) if faults else planned


def rows_to_leave(done: Walk, check: FixCheck) -> dict[str, str]:
    """Rows that hide a file which must not run, by stored text, with what it would do."""
    found: dict[str, str] = {}
    for row in hiding_rows(done.report.environments[0].diagnosis):
        faults = check.judge(Action(rows=(DeleteRow(row.row.whole),))).faults
        if faults:
            found[row.row.version.text] = told_briefly(faults)
    return found


def _without_letting_run(notes: Iterable[str], left: Mapping[str, str]) -> Iterator[str]:
    """The notes, where a file is hidden that must not run with why, not how to let it."""
    for note in notes:
        row = next((row for row in left if f" never ran, and the row {row} of " in note), None)
        if row is None:
            yield note
        else:
            yield f"{note.partition(': if it is to run')[0]}; leave it as it is: otherwise "
            f"{left[row]}"


def advice_check_of(done: Walk) -> FixCheck:
    """The advice check for the environment of a finished walk."""
    return FixCheck.of(done.inference, done.report.environments[0])


def _refused(faults: Sequence[str]) -> Refusal:
    return Refusal(f"simulated in memory, it does harm: {told_briefly(faults)}", (_INSTEAD,))


def _draw_files(done: Walk) -> FileRepair | Refusal:
    environment = done.report.environments[0]
    refusal = refuse_dispute(environment.diagnosis, environment.deployed) or refuse_gaps(done)
    if refusal is not None:
        return refusal
    renames = environment.diagnosis.renames
    blobs = {blob for rename in renames for blob in (rename.old.blob, rename.new.blob)}
    blobs |= {row.now.blob for row in environment.diagnosis.rows if isinstance(row, RowReused)}
    inference = done.inference
    if inference.framework.keys is not None:  # other files may name what goes back
        from analyzer.analysis.repair.include_repair import lists_in
        from analyzer.analysis.repair.tool_journal import journals_in

        listed = done.report.repository.files
        blobs |= {file.blob for file in listed.files}
        blobs |= {it.blob for it in journals_in(listed, inference.framework.keys)}
        blobs |= {it.blob for it in lists_in(listed, inference.framework.keys)}
    contents = read_contents(inference.repository, blobs, inference.target.loose)
    files = done.report.repository.files
    framework = inference.framework
    plan = plan_rename_back(environment.diagnosis, files, contents, framework)
    if isinstance(plan, Refusal) or not plan.steps:
        return plan if isinstance(plan, Refusal) else FileRepair(plan, contents)
    schema_files = read_schema_files(inference.repository, inference.target)
    versions = {file.version for file in files.files}
    ran = {row.version for row in environment.table.rows}
    translation = _renumbered(framework, plan.moves, files, ran)
    schema = _in_line(framework, schema_files, translation, versions)
    return FileRepair(plan.and_also(schema), {**contents, **_contents(schema_files)})


def _draw_rows(done: Walk) -> RowPlan | Refusal:
    environment = done.report.environments[0]
    try:
        demand_all_rows(environment.table)
    except RefusedError as error:  # diagnose, too, asks what could be planned
        return Refusal(f"{error.what}: {error.why}", (error.fix,))
    refusal = refuse_dispute(environment.diagnosis, environment.deployed) or refuse_gaps(done)
    if refusal is not None:
        return refusal
    files = done.report.repository.files
    framework = done.inference.framework
    plan = plan_rewrite(environment.diagnosis, environment.table, files, framework)
    if isinstance(plan, Refusal) or not plan.steps:
        return plan
    schema_files = read_schema_files(done.inference.repository, done.inference.target)
    versions = {row.version for row in environment.table.rows if row.version.is_valid}
    translation = _rewritten(plan, environment.diagnosis)
    schema = _in_line(framework, schema_files, translation, versions)
    needs = needs_of(plan, environment.diagnosis, done.inference)
    return replace(plan, schema=schema, needs=needs)


def _in_line(
    framework: Framework,
    files: Sequence[SchemaVersions],
    translation: Mapping[Version, Version],
    versions: Collection[Version],
) -> FilePlan:
    """What a repair changes in the schema files, if the framework keeps any."""
    if framework.schema_file is None:
        return FilePlan((), ())
    return bring_in_line(files, translation, versions, framework.schema_file)


def schema_after(done: Walk, translation: Mapping[Version, Version]) -> FilePlan:
    """What changes in the schema files where files get other versions."""
    schema_files = read_schema_files(done.inference.repository, done.inference.target)
    versions = {file.version for file in done.report.repository.files.files}
    return _in_line(done.inference.framework, schema_files, translation, versions)


def schema_contents(done: Walk) -> Mapping[str, bytes]:
    """The contents of the schema files by id, for the patch of a row plan's ``schema``."""
    return _contents(read_schema_files(done.inference.repository, done.inference.target))


def _renumbered(
    framework: Framework, moves: Sequence[MoveFile], files: FileSet, ran: Collection[Version]
) -> dict[Version, Version]:
    """The versions that moves change; one that another file keeps stays what it is if that ran.

    While both are there nothing migrates, so that whoever wrote the version meant the other one.
    """
    moved = {move.source: _version(framework, move.target) for move in moves}
    kept = {it.version for it in files.files if it.path not in moved and it.version in ran}
    return {
        file.version: moved[file.path]
        for file in files.files
        if file.path in moved and file.version not in kept
    }


def _version(framework: Framework, path: str) -> Version:
    name = name_at(framework.files, path)
    return name.version if isinstance(name, MigrationName) else NO_VERSION


def _rewritten(plan: RowPlan, diagnosis: Diagnosis) -> dict[Version, Version]:
    """The versions that rows change, or whose rows go because the new one has its own."""
    changed = {step.before for step in plan.steps if isinstance(step, UpdateRow)}
    changed |= {step.row for step in plan.steps if isinstance(step, DeleteRow)}
    return {
        row.row.version: row.rename.new.version
        for row in diagnosis.rows
        if isinstance(row, RowRenamed | RowReused)
        and row.rename is not None
        and row.row.whole in changed
    }


def _contents(files: Sequence[SchemaVersions]) -> dict[str, bytes]:
    return {file.blob: file.text.encode("utf-8", "surrogateescape") for file in files}


def plan_both(done: Walk) -> CombinedPlan | Refusal:
    """Extend a rewrite by what it leaves behind: hidden files, and files that share a version.

    What would do harm, by the advice check, is left out, and a note says why.
    """
    rows = _draw_rows(done)
    if isinstance(rows, Refusal):
        return rows
    diagnosis, files = done.report.environments[0].diagnosis, done.report.repository.files
    check = advice_check_of(done)
    both = plan_combined(diagnosis, rows, files, check.framework, rows_to_leave(done, check))
    if isinstance(both, Refusal):
        return both
    faults = check.judge(check.both(both.rows, both.files)).faults
    if not faults:
        return both
    alone = plan_rows(done, check)
    if isinstance(alone, Refusal) or not both.more:
        return _refused(faults)
    note = f"left as it is: carried out in memory, {told_briefly(faults)}"
    return CombinedPlan(replace(alone, notes=(*alone.notes, note)), FilePlan((), ()), more=False)


def provenance(done: Walk) -> Provenance:
    """Describe where a plan came from, for the head of its script."""
    environment, request = done.report.environments[0], done.inference.request
    files = done.report.repository.files
    return Provenance(
        tool=f"migdoctor {__version__}",
        repository=done.report.repository.path,
        ref=files.ref,
        commit=files.commit,
        environment=environment.table.environment,
        rows_from=environment.table.place,
        deployed=_deployed(environment.deployed),
        made_at=f"{request.now:%Y-%m-%dT%H:%M:%SZ}",
        run="" if request.rows is not None else typed_file(request, RUN_FILE),
    )


def _deployed(deployed: Deployed | None) -> str | None:
    return f"{deployed.commit} ({deployed.how.value})" if deployed else None


def versions_after(done: Walk, plan: FilePlan) -> dict[str, Version]:
    """By today's path, the versions that files will have."""
    files = done.inference.framework.files
    names = {move.source: name_at(files, move.target) for move in plan.moves}
    return {path: it.version for path, it in names.items() if isinstance(it, MigrationName)}
