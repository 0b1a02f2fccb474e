"""Findings that follow from the verdicts on rows and from what the deployed commit is."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from analyzer.analysis.diagnosis.ambiguity import in_dispute
from analyzer.analysis.diagnosis.findings.ambiguous import about_ambiguous
from analyzer.analysis.diagnosis.findings.changed_file import about_edit, about_name_change
from analyzer.analysis.diagnosis.findings.contested_versions import about_claim, about_doubled_row
from analyzer.analysis.diagnosis.findings.deleted import about_deleted
from analyzer.analysis.diagnosis.findings.deployed_commit import about_missing, about_rivals
from analyzer.analysis.diagnosis.findings.renamed import about_renamed
from analyzer.analysis.diagnosis.findings.reused_version import about_reused
from analyzer.analysis.diagnosis.findings.unknown_rows import about_orphan
from analyzer.analysis.diagnosis.verdicts import Claim
from analyzer.frameworks.base import Framework
from analyzer.model.core.deployment import Deployed, HowDeployed
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileRenamed,
    RowAmbiguous,
    RowDeleted,
    RowDoubled,
    RowMatched,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
    exchanges,
)
from analyzer.model.findings.finding import Finding


def find_in_rows(
    diagnosis: Diagnosis,
    claims: Iterable[Claim],
    deployed: Deployed | None,
    environment: str,
    framework: Framework,
) -> Iterator[Finding]:
    """Say what the rows' verdicts mean, the worst first."""
    exchanged = {row.row.version.key for ring in exchanges(diagnosis.rows) for row in ring}
    for file in diagnosis.files:
        if isinstance(file, FileRenamed):
            in_ring = file.file.version.key in exchanged
            yield about_renamed(file, environment, framework, exchanged=in_ring)
    for row in diagnosis.rows:
        if row.row.version.key not in exchanged:  # else it is told of the file
            yield from _about_row(row, environment, framework)
    yield from (about_claim(claim, environment, framework) for claim in claims)
    if deployed is not None and in_dispute(diagnosis, deployed):
        yield about_rivals(deployed, environment)
    if deployed is not None and deployed.how is HowDeployed.GIVEN and deployed.missing:
        matched = {row.row.version.key for row in diagnosis.rows if isinstance(row, RowMatched)}
        current = all(version.key in matched for version in deployed.missing)
        yield about_missing(deployed, environment, current=current)
    for change in diagnosis.name_changes:
        yield about_name_change(change, environment, framework)
    for edit in diagnosis.edits:
        yield about_edit(edit, environment, drafts=framework.writer is not None)


def _about_row(row: RowVerdict, environment: str, framework: Framework) -> Iterator[Finding]:
    match row:
        case RowReused():
            yield about_reused(row, environment, framework.commands.migrate)
        case RowAmbiguous():
            yield about_ambiguous(row, environment)
        case RowDeleted():
            yield about_deleted(row, environment, framework.preconditions)
        case RowOrphaned():
            if row.elsewhere is None:  # else find_elsewhere tells
                yield about_orphan(row, environment, framework)
        case RowDoubled():
            yield about_doubled_row(row, environment)
        case RowMatched() | RowRenamed():  # the finding is about the file
            return
        case _:
            assert_never(row)
