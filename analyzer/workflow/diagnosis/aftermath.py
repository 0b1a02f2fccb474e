"""What later migrations did with the work of those that ran."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.undone import Aftermath
from analyzer.analysis.renames.pairing import Pairing
from analyzer.model.core.migration import MigrationFile
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference


def build_aftermath(inference: "Inference", paired: Pairing) -> Aftermath:
    """Follow the work of the migrations that ran, taking the pairing as right."""
    past_files = inference.past_files
    ran = [file for file in inference.ran if file.version.key in past_files.applied]
    return Aftermath(
        [*ran, *_earlier_texts(inference, ran)],
        _now(paired),
        inference.contents.parsed,
        past_files.features,
        past_files.words,
        past_files.texts.read_ahead,
        inference.catalog,
        inference.engine,
    )


def _now(paired: Pairing) -> dict[str, MigrationFile]:
    """The files of today, by the paths of those that ran."""
    moved = (*paired.renames, *paired.moved_in_place)
    kept = {old.path: new for old, new in paired.kept}
    return kept | {rename.old.path: rename.new for rename in moved}


def _earlier_texts(inference: "Inference", ran: Sequence[MigrationFile]) -> list[MigrationFile]:
    """The migrations that ran with each other text that they had by the deployed commit.

    Their rows do not tell which text ran: one that took something back may have been emptied
    once it had done so.
    """
    by_path = {file.path: file for file in ran}
    deployed, texts = inference.deployed, set[tuple[str, str]]()
    for commit in inference.past_files.history.commits:
        texts |= {(it.path, it.blob) for it in commit.events if it.kind != "D"}
        if deployed is not None and commit.sha == deployed.commit:
            break
    return [
        replace(by_path[path], blob=blob)
        for path, blob in sorted(texts)
        if path in by_path and by_path[path].blob != blob
    ]
