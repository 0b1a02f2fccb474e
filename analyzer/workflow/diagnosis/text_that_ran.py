"""With which of its texts a migration ran, where it was edited and the rows do not tell.

The earliest, as nearly always; but not one on which any migrate is certain to stop. That is what a
deploy leaves behind that failed at a file: corrected under the same version, it ran with the next.
"""

from collections.abc import Mapping, Sequence

from analyzer.analysis.forecast.prediction import Reading, predict
from analyzer.analysis.forecast.simulated_rows import Rows
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.schema.schema_database import Database
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.model.schema.schema import Schema
from analyzer.records import replace
from analyzer.workflow.diagnosis.deploying import Texts
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.relevant_texts import RelevantTexts

_MOST = 300  # files that are followed from an empty database
_MOST_EDITED = 20  # each is tried on the database that all others make


def with_possible_texts(
    inference: Inference, then: Sequence[SeenFile], later: Texts
) -> tuple[SeenFile, ...]:
    """The migrations that may have run, each with the first of its texts that did not fail.

    Args: later: all texts of the files that were edited, from the deployed commit on.
    """
    applied, texts = inference.past_files.applied, inference.texts
    ran = [seen.file for seen in then if seen.file.version.key in applied]
    edited = [it for it in ran if it.blob == later.get(it.path, ("",))[0]]
    if len(edited) > _MOST_EDITED:
        return tuple(then)
    last = {file.path: _last(file, texts.get(file.path, ())) for file in ran}
    changed = {
        file.path: _first_possible(inference, file, later[file.path], _but(last, file), ran)
        for file in edited
    }
    return tuple(
        replace(seen, file=changed[seen.file.path]) if seen.file in edited else seen
        for seen in then
    )


def _but(files: Mapping[str, MigrationFile], one: MigrationFile) -> list[MigrationFile]:
    return [it for path, it in files.items() if path != one.path]


def _last(file: MigrationFile, texts: Sequence[str]) -> MigrationFile:
    return replace(file, blob=texts[-1]) if texts else file


def _first_possible(
    inference: Inference,
    file: MigrationFile,
    texts: Sequence[str],
    others: Sequence[MigrationFile],
    then: Sequence[MigrationFile],
) -> MigrationFile:
    """The file with its first text that may have run; as it is, where none may.

    A text of another migration, with which it changed places, is no text of its own.
    """
    foreign = {it.blob for it in then if it.path != file.path}
    for text in texts:
        changed = replace(file, blob=text)
        if text in foreign:
            return file
        if not _is_certain_to_fail(inference, changed, others):
            return file if text == file.blob else changed
    return file


def _is_certain_to_fail(
    inference: Inference, file: MigrationFile, others: Sequence[MigrationFile]
) -> bool:
    """Whether a migrate stops at it, be it in the order of versions or after all others."""
    key = file.version.key
    orders = ([it for it in others if it.version.key < key], others)
    return all(_fails(inference, file, before) for before in orders)


def _fails(inference: Inference, file: MigrationFile, before: Sequence[MigrationFile]) -> bool:
    if inference.contents.parsed(file).problems:
        return True
    reading = Reading(inference.contents.parsed, {}, {}, lambda: inference.release)
    rules = inference.framework.preconditions
    ordered = sorted(before, key=lambda it: it.version)
    world = _from_zero(inference, ordered, reading) if len(ordered) <= _MOST else None
    if world is None:
        world = RelevantTexts(inference, lambda: ordered).world([file], wide=True)
    return predict([file], reading, world, rules).fails_at is not None


def _from_zero(
    inference: Inference, files: Sequence[MigrationFile], reading: Reading
) -> SimulatedDatabase | None:
    """The database that files make of an empty one: what is not in it was never there.

    Returns: None where they do not run from scratch, so that a part was made by something else.
    """
    empty = Database.of(Schema(), inference.engine)
    world = SimulatedDatabase(empty, Rows(), complete=True, engine=inference.engine)
    inference.past_files.texts.read_ahead(file.blob for file in files)
    told = predict(files, reading, world, inference.framework.preconditions)
    return world if told.fails_at is None else None
