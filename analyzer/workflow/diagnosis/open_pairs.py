"""Pairs that names and texts leave open, settled by what else is known."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.renames.pairing import Pairing
from analyzer.model.findings.rename import EvidenceKind, Rename

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference


def settle(inference: "Inference", paired: Pairing) -> list[tuple[Rename, bool]]:
    """The open pairs that can be settled, each with whether it is one."""
    settled = list(_squashed(inference, paired))
    if inference.catalog is None:
        return settled
    squashed = {rename.new.path for rename, _ in settled}
    left = [it for it in paired.ambiguous if it.new.path not in squashed]
    return [*settled, *_by_catalog(inference, left)]


def _squashed(inference: "Inference", paired: Pairing) -> Iterator[tuple[Rename, bool]]:
    """Open pairs of a file that takes the place of several migrations: it is none of them."""
    unsaid = [
        rename
        for rename in paired.ambiguous
        if all(it.kind is not EvidenceKind.DECISION for it in rename.evidence)
    ]
    if not unsaid:
        return
    from analyzer.analysis.diagnosis.squashes import squashed

    kept = {old.path for old, _ in paired.kept} | {it.old.path for it in paired.moved_in_place}
    applied = inference.past_files.applied
    ran = (file for file in inference.ran if file.version.key in applied)
    gone = [file for file in ran if file.path not in kept]
    for rename in squashed(unsaid, gone, inference.contents.parsed):
        yield rename, False


def _by_catalog(
    inference: "Inference", ambiguous: Sequence[Rename]
) -> Iterator[tuple[Rename, bool]]:
    """Of each migration's candidates, the one that the catalogue shows to be there.

    Where it shows what ran instead, and nothing of any candidate, all of them are others.
    """
    by_old: dict[str, list[Rename]] = {}
    for rename in ambiguous:
        by_old.setdefault(rename.old.path, []).append(rename)
    for candidates in by_old.values():
        files = [rename.new for rename in candidates]
        old = candidates[0].old
        chosen = inference.in_database(files) if files[1:] else None
        chosen = chosen or inference.in_database([old, *files])
        if chosen == old:
            yield from ((rename, False) for rename in candidates)
        else:
            yield from ((rename, True) for rename in candidates if rename.new == chosen)
