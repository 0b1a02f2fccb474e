"""Repairs: from a finished walk to a plan, or to the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer import __version__
from analyzer.analysis.ambiguity import refuse_dispute
from analyzer.analysis.combined_repair import CombinedPlan, plan_combined
from analyzer.analysis.file_repair import plan_rename_back
from analyzer.analysis.row_repair import plan_rewrite
from analyzer.analysis.schema_file_repair import bring_in_line
from analyzer.model.deployment import Deployed
from analyzer.model.diagnosis import Diagnosis, RowRenamed, RowReused
from analyzer.model.migration import FileSet, MigrationName
from analyzer.model.plan import (
    DeleteRow,
    FilePlan,
    MoveFile,
    Provenance,
    Refusal,
    RowPlan,
    UpdateRow,
)
from analyzer.model.schema_file import SchemaVersions
from analyzer.sources.blobs import read_contents
from analyzer.workflow.many_rows import demand_all_rows
from analyzer.workflow.preconditions import needs_of
from analyzer.workflow.reading import FRAMEWORK
from analyzer.workflow.schema_versions import read_schema_files
from analyzer.workflow.walk import Walk
from analyzer.workflow.wholeness import refuse_gaps


@dataclass(frozen=True, slots=True)
class FileRepair:
    """A plan for files, with the contents that it speaks of."""

    plan: FilePlan
    contents: Mapping[str, bytes]


def plan_files(done: Walk) -> FileRepair | Refusal:
    """Plan the moves that give files the names under which they ran."""
    environment = done.report.environments[0]
    refusal = refuse_dispute(environment.diagnosis, environment.deployed) or refuse_gaps(done)
    if refusal is not None:
        return refusal
    renames = environment.diagnosis.renames
    blobs = {blob for rename in renames for blob in (rename.old.blob, rename.new.blob)}
    blobs |= {row.now.blob for row in environment.diagnosis.rows if isinstance(row, RowReused)}
    inference = done.inference
    contents = read_contents(inference.repository, blobs, inference.target.loose)
    files = done.report.repository.files
    plan = plan_rename_back(environment.diagnosis, files, contents)
    if isinstance(plan, Refusal) or not plan.steps:
        return plan if isinstance(plan, Refusal) else FileRepair(plan, contents)
    schema_files = read_schema_files(inference.repository, inference.target)
    numbers = {file.version.number for file in files.files}
    schema = bring_in_line(schema_files, _renumbered(plan.moves, files), numbers)
    return FileRepair(plan.and_also(schema), {**contents, **_contents(schema_files)})


def plan_rows(done: Walk) -> RowPlan | Refusal:
    """Plan the changes that give rows the versions of their files.

    Raises:
        RefusedError: there are so many rows that some were only counted.
    """
    environment = done.report.environments[0]
    demand_all_rows(environment.table)
    refusal = refuse_dispute(environment.diagnosis, environment.deployed) or refuse_gaps(done)
    if refusal is not None:
        return refusal
    files = done.report.repository.files
    plan = plan_rewrite(environment.diagnosis, environment.table, files)
    if isinstance(plan, Refusal) or not plan.steps:
        return plan
    schema_files = read_schema_files(done.inference.repository, done.inference.target)
    numbers = {row.version.number for row in environment.table.rows if row.version.is_number}
    schema = bring_in_line(schema_files, _rewritten(plan, environment.diagnosis), numbers)
    needs = needs_of(plan, environment.diagnosis, done.inference)
    return replace(plan, schema=schema, needs=needs)


def schema_contents(done: Walk) -> Mapping[str, bytes]:
    """The contents of the schema files by id, for the patch of a row plan's ``schema``."""
    return _contents(read_schema_files(done.inference.repository, done.inference.target))


def _renumbered(moves: Sequence[MoveFile], files: FileSet) -> dict[int, int]:
    """The versions that moves change; one that another file keeps stays what it is."""
    moved = {move.source: _number(move.target) for move in moves}
    kept = {file.version.number for file in files.files if file.path not in moved}
    return {
        file.version.number: moved[file.path]
        for file in files.files
        if file.path in moved and file.version.number not in kept
    }


def _number(path: str) -> int:
    name = FRAMEWORK.parse_name(path.rpartition("/")[2])
    return name.version.number if isinstance(name, MigrationName) else 0


def _rewritten(plan: RowPlan, diagnosis: Diagnosis) -> dict[int, int]:
    """The versions that rows change, or whose rows go because the new one has its own."""
    changed = {step.old for step in plan.steps if isinstance(step, UpdateRow)}
    changed |= {step.version for step in plan.steps if isinstance(step, DeleteRow)}
    return {
        row.row.version.number: row.rename.new.version.number
        for row in diagnosis.rows
        if isinstance(row, RowRenamed | RowReused)
        and row.rename is not None
        and row.row.version.text in changed
    }


def _contents(files: Sequence[SchemaVersions]) -> dict[str, bytes]:
    return {file.blob: file.text.encode("utf-8", "surrogateescape") for file in files}


def plan_both(done: Walk, rows: RowPlan) -> CombinedPlan | Refusal:
    """Extend a rewrite by what it leaves behind: hidden files, and files that share a version."""
    environment = done.report.environments[0]
    return plan_combined(environment.diagnosis, rows, done.report.repository.files)


def provenance(done: Walk) -> Provenance:
    """Where a plan came from, for the head of its script."""
    environment = done.report.environments[0]
    files = done.report.repository.files
    return Provenance(
        tool=f"migdoctor {__version__}",
        repository=done.report.repository.path,
        ref=files.ref,
        commit=files.commit,
        environment=environment.table.environment,
        rows_from=environment.table.place,
        deployed=_deployed(environment.deployed),
        made_at=f"{done.inference.request.now:%Y-%m-%dT%H:%M:%SZ}",
    )


def _deployed(deployed: Deployed | None) -> str | None:
    return f"{deployed.commit} ({deployed.how.value})" if deployed else None
