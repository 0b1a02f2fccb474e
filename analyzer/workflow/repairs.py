"""Repairs: from a finished walk to a plan, or to the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer import __version__
from analyzer.analysis.ambiguity import refuse_dispute
from analyzer.analysis.combined_repair import CombinedPlan, plan_combined
from analyzer.analysis.file_repair import plan_rename_back
from analyzer.analysis.row_repair import plan_rewrite
from analyzer.model.deployment import Deployed
from analyzer.model.diagnosis import RowReused
from analyzer.model.plan import FilePlan, Provenance, Refusal, RowPlan
from analyzer.sources.blobs import read_contents
from analyzer.workflow.walk import Walk


@dataclass(frozen=True, slots=True)
class FileRepair:
    """A plan for files, with the contents that it speaks of."""

    plan: FilePlan
    contents: Mapping[str, bytes]


def plan_files(done: Walk) -> FileRepair | Refusal:
    """Plan the moves that give files the names under which they ran."""
    environment = done.report.environments[0]
    refusal = refuse_dispute(environment.diagnosis, environment.deployed)
    if refusal is not None:
        return refusal
    renames = environment.diagnosis.renames
    blobs = {blob for rename in renames for blob in (rename.old.blob, rename.new.blob)}
    blobs |= {row.now.blob for row in environment.diagnosis.rows if isinstance(row, RowReused)}
    inference = done.inference
    contents = read_contents(inference.repository, blobs, inference.target.loose)
    plan = plan_rename_back(environment.diagnosis, done.report.repository.files, contents)
    return plan if isinstance(plan, Refusal) else FileRepair(plan, contents)


def plan_rows(done: Walk) -> RowPlan | Refusal:
    """Plan the changes that give rows the versions of their files."""
    environment = done.report.environments[0]
    refusal = refuse_dispute(environment.diagnosis, environment.deployed)
    if refusal is not None:
        return refusal
    return plan_rewrite(environment.diagnosis, environment.table, done.report.repository.files)


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
