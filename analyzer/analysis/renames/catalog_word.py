"""The word of the catalogue, where it settles which of several pairs holds."""

from collections.abc import Collection

from analyzer.analysis.renames.pairing import Pairing
from analyzer.model.findings.rename import Confidence, Evidence, EvidenceKind, Rename
from analyzer.records import replace


def by_catalog(pairing: Pairing, settled: Collection[Rename]) -> Pairing:
    """The pairing with the word of the catalogue for the pairs that it settled."""
    pairs = {(rename.old.path, rename.new.path) for rename in settled}
    said = Evidence(
        EvidenceKind.CATALOG,
        "what it creates is in the database; what the other candidates create is not",
    )

    def told(rename: Rename) -> Rename:
        if (rename.old.path, rename.new.path) not in pairs:
            return rename
        rest = (it for it in rename.evidence if it.kind is not EvidenceKind.DECISION)
        return replace(rename, confidence=Confidence.PROBABLE, evidence=(said, *rest))

    moved = tuple(map(told, pairing.moved_in_place))
    return replace(pairing, renames=tuple(map(told, pairing.renames)), moved_in_place=moved)
