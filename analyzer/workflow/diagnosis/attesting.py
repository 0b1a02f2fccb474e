"""The catalogue's word on every row and file, and the findings that follow from it."""

from collections.abc import Sequence

from analyzer.analysis.diagnosis.attestation import attest
from analyzer.analysis.diagnosis.findings.catalog_contradictions import find_attested
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.renames.ran_files import ran_files
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.attestation import Attestation
from analyzer.model.findings.diagnosis import Diagnosis, FileApplied, FileRenamed, FileVerdict
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.prediction import Prediction
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.predict import never_ran


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
    inference: Inference,
    diagnosis: Diagnosis,
    attestations: Sequence[Attestation],
    prediction: Prediction,
) -> tuple[Finding, ...]:
    """Say where rows and catalogue disagree.

    Args: prediction: the next migrate, which may bring what is missing.
    """

    def transactional(file: MigrationFile) -> bool:
        undone = inference.engine.features.transactional_ddl
        return undone and inference.contents.parsed(file).ddl_transaction

    def former(file: MigrationFile) -> str:
        from analyzer.workflow.diagnosis.former_names import former_name  # few contradict

        return former_name(inference, file)

    found = find_attested(
        attestations,
        diagnosis,
        transactional,
        inference.table.environment,
        inference.framework.commands.migrate,
        inference.engine,
        former,
    )
    return _until_migrated(tuple(found), inference, diagnosis, attestations, prediction)


def _until_migrated(
    findings: tuple[Finding, ...],
    inference: Inference,
    diagnosis: Diagnosis,
    attestations: Sequence[Attestation],
    prediction: Prediction,
) -> tuple[Finding, ...]:
    """The findings, with what pending migrations bring; mostly nothing is missing."""
    lacks: dict[tuple[str | None, str | None], tuple[str, ...]] = {
        (it.row.version.text, it.file.path): it.missing
        for it in attestations
        if it.row is not None and it.missing and it.doubted is None
    }
    if not lacks or not prediction.would_run or inference.catalog is None:
        return findings
    from analyzer.workflow.diagnosis.pending_work import brought_by, until_migrated

    wanted = {text for missing in lacks.values() for text in missing}
    waiting = {file.path for file in never_ran(diagnosis)}
    world = SimulatedDatabase.live(inference.catalog, inference.engine)
    brought = brought_by(wanted, prediction, waiting, inference.contents.parsed, world)
    migrate = inference.framework.commands.migrate
    return tuple(
        until_migrated(it, lacks.get((it.version, it.path), ()), brought, migrate)
        for it in findings
    )


def _ran(verdict: FileVerdict) -> bool:
    """Whether a row speaks of the migration, be it under another version."""
    if isinstance(verdict, FileRenamed):
        return verdict.old_row is not None or verdict.new_row is not None
    return isinstance(verdict, FileApplied)
