"""The prediction's look into the files and the catalogue."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from analyzer.analysis.forecast.prediction import Reading, pending_files, predict, refusal_of
from analyzer.analysis.forecast.simulated_rows import Rows
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.schema.schema_database import Database
from analyzer.errors import RepositoryError
from analyzer.frameworks.ports.preconditions import Preconditions
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.effects.effect import Parsed, RunMigration
from analyzer.model.effects.objects import bare
from analyzer.model.findings.diagnosis import Diagnosis, FileRenamed
from analyzer.model.findings.prediction import Basis, Prediction
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.relevant_texts import RelevantTexts, texts_that_ran
from analyzer.workflow.reading.contents import Contents


def look_ahead(inference: Inference) -> None:
    """Do what needs no history, while git still reads it: look into what is pending.

    What cannot be read is left to whoever needs it.
    """
    files, catalog = inference.target.files, inference.catalog
    applied = frozenset(row.version.key for row in inference.table.rows)
    pending = pending_files(files, applied)
    if not pending or refusal_of(files, _rules(inference), Basis.FILES) is not None:
        return
    with suppress(RepositoryError):
        inference.past_files.read_ahead(
            it.blob for it in (files.files if catalog is None else pending)
        )
        for file in pending:
            inference.contents.parsed(file)


def predict_next_migrate(inference: Inference, diagnosis: Diagnosis) -> Prediction:
    """Say what the next migrate would do; files are parsed only where that decides something."""
    applied = frozenset(row.version.key for row in inference.table.rows)
    ran = texts_that_ran(inference, diagnosis)
    return predict_migrate(inference, ran, inference.target.files, applied, ran_as(diagnosis))


def predict_migrate(
    inference: Inference,
    texts: RelevantTexts,
    files: FileSet,
    applied: frozenset[VersionKey],
    ran: Mapping[str, str],
) -> Prediction:
    """Say what a migrate would do to this database if files and rows were these.

    Args: texts: what ran, for where there is no catalogue.
        ran: by path, the version under which a file ran before.
    """
    catalog, contents = inference.catalog, inference.contents
    rules = _rules(inference)
    refused = refusal_of(files, rules, Basis.FILES if catalog is None else Basis.CATALOG)
    if refused is not None:
        return refused
    pending = pending_files(files, applied)
    reading = Reading(contents.parsed, ran, _run_by(pending, inference, contents))
    if catalog is not None:
        return predict(pending, reading, SimulatedDatabase.live(catalog), rules)
    return predict(pending, reading, texts.world(pending), rules)


def predict_from_zero(inference: Inference) -> Prediction:
    """Say what a migrate would do to an empty database."""
    files, contents = inference.target.files, inference.contents
    rules = _rules(inference)
    refused = refusal_of(files, rules, Basis.CATALOG)
    if refused is not None:
        return refused
    inference.past_files.read_ahead(file.blob for file in files.files)
    pending = pending_files(files, frozenset())
    reading = Reading(contents.parsed, {}, _run_by(pending, inference, contents))
    return predict(pending, reading, SimulatedDatabase(Database(), Rows(), complete=True), rules)


def _rules(inference: Inference) -> Preconditions:
    return inference.framework.preconditions


def ran_as(diagnosis: Diagnosis) -> dict[str, str]:
    """By path, the version under which a file ran before."""
    return {
        verdict.file.path: verdict.rename.old.version.text
        for verdict in diagnosis.files
        if isinstance(verdict, FileRenamed) and verdict.old_row is not None
    }


def _run_by(
    pending: Sequence[MigrationFile], inference: Inference, contents: Contents
) -> dict[str, Parsed]:
    """The migrations that pending ones run or take back, by class."""
    wanted = {
        effect.class_name.rpartition("::")[2]
        for file in pending
        for effect in map(bare, contents.parsed(file).effects)
        if isinstance(effect, RunMigration)
    }
    files = (*inference.target.files.files, *(seen.file for seen in inference.then))
    return {
        file.name.class_name: contents.parsed(file)
        for file in files
        if file.name.class_name in wanted
    }
