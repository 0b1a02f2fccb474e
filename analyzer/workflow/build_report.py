"""From rows and history to a report: what ran, what it is called today, and what follows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.diagnose import DiagnosisEvidence, diagnose
from analyzer.analysis.diagnosis.findings.changed_file import doubtful_edits, with_settled_edits
from analyzer.analysis.diagnosis.findings.renamed import with_second_runs
from analyzer.analysis.diagnosis.findings.schema_file_versions import find_in_schema_files
from analyzer.analysis.diagnosis.findings.unseen_history import (
    about_applications,
    about_gap,
    about_sparse,
)
from analyzer.analysis.renames.decisions import by_key, key, keys
from analyzer.analysis.renames.unexplained import speaks_of
from analyzer.errors import UsageError
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.attestation import Attestation
from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.prediction import Prediction
from analyzer.model.findings.rename import RenamingCommit
from analyzer.model.findings.report import EnvironmentReport, Report, RepositoryFacts
from analyzer.sources.git.gaps import bring_in, find_gaps
from analyzer.sources.git.git import Repository
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.diagnosis.unexplained import unexplained_rows
from analyzer.workflow.forecast.predict import predict_next_migrate
from analyzer.workflow.next_steps.next_steps import recommend
from analyzer.workflow.reading.files.current_files import TargetFiles
from analyzer.workflow.reading.request import Request
from analyzer.workflow.schema.schema_versions import read_schema_files
from analyzer.workflow.walk import Walk

if TYPE_CHECKING:
    from analyzer.model.findings.across import RenameAcross


def build_report(request: Request, inference: Inference) -> Walk:
    """Infer what ran, and diagnose; the finished walk.

    Raises:
        AnalyzerError: something cannot be read, or a decision names no file.
    """
    repository, target, table = inference.repository, inference.target, inference.table
    _check_decisions(request, inference)
    _check_accepted(request, inference)
    diagnosis = _diagnosed(request, inference)
    facts = repository_facts(repository, target)
    prediction = _predicted(inference, diagnosis)
    attested, contradictions = _attested(inference, diagnosis, prediction)
    environment = EnvironmentReport(
        table,
        inference.deployed,
        diagnosis,
        prediction,
        attested,
        engine=None if request.rows is not None else table.source,
        read_at=request.now,
        deployed_in=_deployed_in(inference),
    )
    findings = (
        *diagnosis.findings,
        *contradictions,
        *_about_schema_files(inference, diagnosis),
        *_about_notes(inference),
        *_about_version_tables(table),
        *_about_reading(facts, inference),
    )
    matrix = _matrix(table.environment, diagnosis)
    return recommend(Walk(Report(facts, (environment,), findings, matrix), inference))


def _predicted(inference: Inference, diagnosis: Diagnosis) -> Prediction:
    """What the next migrate does; of what it takes away, why somebody allowed it."""
    prediction = predict_next_migrate(inference, diagnosis)
    if not prediction.destroys:
        return prediction
    from analyzer.workflow.forecast.allowed_losses import with_allowances

    files = {file.path for file in inference.target.files.files}

    def content_of(file: MigrationFile) -> bytes:
        return inference.contents.text(file) if file.path in files else b""  # a schema file

    return with_allowances(prediction, content_of, inference.framework.language.comment)


def _diagnosed(request: Request, inference: Inference) -> Diagnosis:
    """Each row and each file with its verdict, and with what the database says of edits."""
    evidence = DiagnosisEvidence(
        inference.then,
        inference.pairing,
        inference.came_before,
        inference.deployed,
        inference.in_database,
        inference.elsewhere,
        inference.texts_before_return,
        inference.texts,
    )
    diagnosis = diagnose(
        inference.table,
        inference.target.files,
        evidence,
        inference.effects_changed,
        framework=inference.framework,
        tomorrow=f"{request.now + timedelta(days=1):%Y%m%d%H%M%S}",
    )
    diagnosis = with_second_runs(diagnosis, inference.contents.parsed)
    return _look_for_edits(inference, diagnosis)


def _about_schema_files(inference: Inference, diagnosis: Diagnosis) -> Iterator[Finding]:
    """Compare the versions in the schema files with rows and files."""
    target = inference.target
    yield from find_in_schema_files(
        read_schema_files(inference.repository, target),
        diagnosis,
        target.files,
        inference.table.environment,
        inference.framework.commands,
    )


def _deployed_in(inference: Inference) -> RenamingCommit | None:
    """Tell of the deployed commit who made it, and when; None where the history lacks it."""
    if inference.deployed is None:
        return None
    wanted = inference.deployed.commit
    found = next((it for it in inference.past_files.history.commits if it.sha == wanted), None)
    if found is None:
        return None
    return RenamingCommit(found.sha, found.author, found.date, found.subject)


def _matrix(environment: str, diagnosis: Diagnosis) -> "tuple[RenameAcross, ...]":
    if not diagnosis.renames:
        return ()
    from analyzer.analysis.diagnosis.rename_matrix import build_matrix

    return build_matrix({environment: diagnosis})


def _about_version_tables(table: VersionTable) -> Iterator[Finding]:
    """Name the schemas that were not looked at, which few databases have."""
    if table.elsewhere:
        from analyzer.analysis.diagnosis.findings.several_version_tables import about_version_tables

        yield from about_version_tables(table)


def repository_facts(repository: Repository, target: TargetFiles) -> RepositoryFacts:
    """What a report says of the repository."""
    return RepositoryFacts(
        str(repository.path),
        target.framework.name,
        repository.shallow,
        target.files,
        target.others,
        find_gaps(repository),
        target.stood_in,
    )


def _attested(
    inference: Inference, diagnosis: Diagnosis, prediction: Prediction
) -> tuple[tuple[Attestation, ...], tuple[Finding, ...]]:
    """Compare rows and files with the catalogue, if there is one."""
    if inference.catalog is None:
        return (), ()
    from analyzer.workflow.diagnosis.attesting import attest_all, findings_of

    attested = attest_all(inference, diagnosis)
    return attested, findings_of(inference, diagnosis, attested, prediction)


def _about_notes(inference: Inference) -> tuple[Finding, ...]:
    """Say what speaks against the notes of what ran, if there are any."""
    if inference.noted is None:
        return ()
    from analyzer.workflow.notes.note_findings import find_about_notes

    return tuple(find_about_notes(inference))


def _look_for_edits(inference: Inference, diagnosis: Diagnosis) -> Diagnosis:
    """Ask pending files and the database, if there is one, about what edited files bring."""
    if not doubtful_edits(diagnosis):
        return diagnosis
    from analyzer.workflow.diagnosis.edits_taken_up import with_edits_taken_up

    diagnosis = with_edits_taken_up(inference, diagnosis)
    if not doubtful_edits(diagnosis) or inference.catalog is None:
        return diagnosis
    from analyzer.workflow.repair.following_up import follow_up  # with the whole of Ruby and SQL

    found = follow_up(inference, diagnosis)
    if found is None:
        return diagnosis
    lacking = {lack.path for lack in found.lacks if not lack.open}
    drafts = inference.framework.writer is not None
    return with_settled_edits(diagnosis, found.settled, lacking, drafts=drafts)


def _check_decisions(request: Request, inference: Inference) -> None:
    """A decision that names no file would be silently without effect: refuse it."""
    if not request.decisions:
        return
    old = by_key(last_seen.file for last_seen in inference.then)
    new = by_key(inference.target.files.files)
    bare = unexplained_rows(inference)
    for decision in request.decisions:
        for text, files, verb in ((decision.old, old, "ran"), (decision.new, new, "is")):
            of_row = verb == "ran" and any(
                speaks_of(decision, row, inference.framework.numbering) for row in bare
            )
            if not of_row and key(text, inference.framework.numbering) not in files:
                option = "--accept" if decision.accept else "--reject"
                raise UsageError(
                    f"{option} {decision.old}={decision.new}: no migration {text} {verb} here",
                    why="OLD is what ran, NEW a current file: by version, file name or path",
                    fix="copy the versions from the report of migdoctor diagnose",
                )


def _check_accepted(request: Request, inference: Inference) -> None:
    """An accepted pair that came to nothing means that the user and the report disagree."""
    pairing = inference.pairing
    if not request.decisions:
        return
    made = {
        (old, new)
        for rename in (*pairing.settled, *pairing.moved_in_place)
        for old in keys(rename.old)
        for new in keys(rename.new)
    }
    for decision in request.decisions:
        pair = tuple(
            key(text, inference.framework.numbering) for text in (decision.old, decision.new)
        )
        if decision.accept and pair not in made:
            raise UsageError(
                f"--accept {decision.old}={decision.new} cannot be carried out",
                why="one of the two is the same migration under both names already, or another "
                "--accept took it",
                fix="accept each migration once; run migdoctor diagnose without --accept to see "
                "what is open",
            )


def _about_reading(facts: RepositoryFacts, inference: Inference) -> list[Finding]:
    files, others = inference.target.files, inference.target.others
    found = [about_gap(gap) for gap in facts.gaps]
    if files.absent:
        found.append(about_sparse(files.absent, bring_in(inference.repository, files.absent)))
    if others:
        better = None
        if inference.target.stood_in:
            from analyzer.workflow.places.stood_in import matches_better

            better = matches_better(inference)
        found.append(
            about_applications(
                files.directories, others, stood_in=inference.target.stood_in, better=better
            )
        )
    return found
