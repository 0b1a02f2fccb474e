"""The prediction's look into the files and the catalogue."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from analyzer.analysis.forecast.prediction import Reading, predict, refused
from analyzer.analysis.forecast.simulated_rows import Rows
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.schema.schema_database import Database
from analyzer.errors import RepositoryError
from analyzer.frameworks.ports.preconditions import Preconditions
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.effects.effect import Parsed, RunMigration
from analyzer.model.effects.objects import bare
from analyzer.model.findings.diagnosis import Diagnosis, FileBlocked, FilePending, FileRenamed
from analyzer.model.findings.prediction import Basis, Failure, NextRun, Prediction
from analyzer.model.schema.schema import Schema
from analyzer.records import replace
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.relevant_texts import RelevantTexts, texts_that_ran
from analyzer.workflow.reading.files.contents import Contents

if TYPE_CHECKING:
    from analyzer.frameworks.ports.preconditions import Preconditions
    from analyzer.workflow.forecast.loaded_first import LoadedFirst


def look_ahead(inference: Inference) -> None:
    """Do what needs no history, while git still reads it: look into what is pending.

    What cannot be read is left to whoever needs it.
    """
    files, catalog = inference.target.files, inference.catalog
    run = _rules(inference).next_run(files, rows_of(inference), ())
    pending = run.starts
    if not pending or run.refuses is not None:
        return
    with suppress(RepositoryError):
        inference.past_files.texts.read_ahead(
            it.blob for it in (files.files if catalog is None else pending)
        )
        for file in pending:
            inference.contents.parsed(file)


def predict_next_migrate(inference: Inference, diagnosis: Diagnosis) -> Prediction:
    """Say what the next migrate would do; files are parsed only where that decides something."""
    texts, files = texts_that_ran(inference, diagnosis), inference.target.files
    unran = frozenset(file.path for file in never_ran(diagnosis))
    first, rows = _loaded_first(inference), rows_of(inference)
    if first is not None:
        rows = (*rows, *first.rows)
        unran -= {file.path for file in first.marked}
    run = next_run_of(inference, files, rows, unran)
    return predict_migrate(inference, texts, run, ran_as(diagnosis), first)


def next_run_of(
    inference: Inference, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
) -> NextRun:
    """Which files the next run starts, and what makes it refuse, edits among them.

    Args: as of `Preconditions.next_run`.
    """
    run = _rules(inference).next_run(files, rows, unran)
    framework, content = inference.framework, inference.past_files.content
    if run.refuses is None and framework.store.checksum is not None:
        from analyzer.workflow.forecast.edited_refusal import on_edit

        run = replace(run, refuses=on_edit(framework, files, rows, content))
    if run.refuses is not None or framework.repeats is None:
        return run
    found = framework.repeats(files, rows, content)
    refuses = Failure(None, found.refuses, "Error") if found.refuses else None
    return replace(run, starts=(*run.starts, *found.starts), refuses=refuses)


def rows_of(inference: Inference) -> tuple[TableRow, ...]:
    """The rows of the version table, whole."""
    return inference.table.all_rows


def never_ran(diagnosis: Diagnosis) -> Iterator[MigrationFile]:
    """The files that never ran, by all that the rows say."""
    for verdict in diagnosis.files:
        match verdict:
            case FilePending(file) | FileBlocked(file) | FileRenamed(file, _, None, None):
                yield file
            case _:
                continue


def predict_migrate(
    inference: Inference,
    texts: RelevantTexts,
    run: NextRun,
    ran: Mapping[str, str],
    first: "LoadedFirst | None" = None,
) -> Prediction:
    """Say what a migrate would do to this database.

    Args: texts: what ran, for where there is no catalogue.
        run: what the framework starts.
        ran: by path, the version under which a file ran before.
        first: what it loads before.
    """
    catalog, pending = inference.catalog, run.starts
    if run.refuses is not None:
        return refused(run, Basis.FILES if catalog is None else Basis.CATALOG)
    reading = _reading(inference, pending, ran)
    if catalog is not None:
        world = SimulatedDatabase.live(catalog, inference.engine)
        world.elsewhere = _elsewhere(inference)
        told = _predict_behind(first, pending, reading, world, _rules(inference))
    else:
        told = _predict_by_files(pending, reading, texts, _rules(inference))
    return replace(told, never_runs=run.never_runs)


def _predict_behind(
    first: "LoadedFirst | None",
    pending: Sequence[MigrationFile],
    reading: Reading,
    world: SimulatedDatabase,
    rules: "Preconditions",
) -> Prediction:
    if first is None:
        return predict(pending, reading, world, rules)
    return first.told(predict((first.file, *pending), first.before(reading), world, rules))


def _loaded_first(inference: Inference) -> "LoadedFirst | None":
    if not inference.table.missing or inference.catalog is None:
        return None
    from analyzer.workflow.forecast.loaded_first import loaded_first

    return loaded_first(inference)


def _predict_by_files(
    pending: Sequence[MigrationFile], reading: Reading, texts: RelevantTexts, rules: "Preconditions"
) -> Prediction:
    """Predict without a catalogue; an alarm is told only if it holds in a wider world."""
    told = predict(pending, reading, texts.world(pending), rules)
    if told.fails_at is None and not told.destroys:
        return told
    return predict(pending, reading, texts.world(pending, wide=True), rules)


def predict_from_zero(inference: Inference) -> Prediction:
    """Say what a migrate would do to an empty database."""
    files = inference.target.files
    rules = _rules(inference)
    run = rules.next_run(files, (), frozenset(file.path for file in files.files))
    if run.refuses is not None:
        return refused(run, Basis.CATALOG)
    inference.past_files.texts.read_ahead(file.blob for file in files.files)
    reading = _reading(inference, run.starts, {})
    world = SimulatedDatabase(
        Database.of(Schema(), inference.engine), Rows(), complete=True, engine=inference.engine
    )
    world.elsewhere = _elsewhere(inference)
    return replace(predict(run.starts, reading, world, rules), never_runs=run.never_runs)


def _reading(
    inference: Inference, pending: Sequence[MigrationFile], ran: Mapping[str, str]
) -> Reading:
    contents = inference.contents
    classes = _run_by(pending, inference, contents)

    def as_it_ran(path: str) -> Parsed | None:
        renamed = (it for it in inference.pairing.renames if it.new.path == path)
        rename = next(renamed, None)
        if rename is None or rename.old.blob == rename.new.blob:
            return None
        return contents.parsed(rename.old)

    return Reading(contents.parsed, ran, classes, lambda: inference.release, as_it_ran)


def _elsewhere(inference: Inference) -> frozenset[str]:
    packages = inference.framework.packages
    return frozenset() if packages is None else packages.tables


def _rules(inference: Inference) -> "Preconditions":
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
