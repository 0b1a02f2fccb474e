"""The catalogue's word on every row and file, and the findings that follow from it."""

from collections.abc import Sequence

from analyzer.analysis.diagnosis.attestation import attest
from analyzer.analysis.diagnosis.findings.catalog_contradictions import find_attested
from analyzer.analysis.renames.ran_files import ran_files
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.attestation import Attestation
from analyzer.model.findings.diagnosis import Diagnosis, FileApplied, FileRenamed, FileVerdict
from analyzer.model.findings.finding import Finding
from analyzer.workflow.diagnosis.inference import Inference


def attest_all(inference: Inference, diagnosis: Diagnosis) -> tuple[Attestation, ...]:
    """Look up what every row's migration makes, and every file without a row.

    Returns: nothing where there is no catalogue to look into.
    """
    if inference.catalog is None:
        return ()
    ran = list(ran_files(diagnosis, inference.then))
    renamed = {
        verdict.rename.old.path: verdict.file
        for verdict in diagnosis.files
        if isinstance(verdict, FileRenamed) and verdict.old_row is not None
    }
    waiting = [verdict.file for verdict in diagnosis.files if not _ran(verdict)]
    inference.past_files.texts.read_ahead(file.blob for _, file in ran if file is not None)
    parsed, known = inference.contents.parsed, inference.known_ends
    return attest(ran, renamed, waiting, parsed, inference.catalog, inference.engine, known)


def findings_of(
    inference: Inference, diagnosis: Diagnosis, attestations: Sequence[Attestation]
) -> tuple[Finding, ...]:
    """Say where rows and catalogue disagree."""

    def transactional(file: MigrationFile) -> bool:
        undone = inference.engine.features.transactional_ddl
        return undone and inference.contents.parsed(file).ddl_transaction

    environment = inference.table.environment
    migrate = inference.framework.commands.migrate
    found = find_attested(
        attestations, diagnosis, transactional, environment, migrate, inference.engine
    )
    return tuple(found)


def _ran(verdict: FileVerdict) -> bool:
    """Whether a row speaks of the migration, be it under another version."""
    if isinstance(verdict, FileRenamed):
        return verdict.old_row is not None or verdict.new_row is not None
    return isinstance(verdict, FileApplied)
