"""What a schema file and the migrations that it counts do not agree about, in words."""

from collections.abc import Sequence

from analyzer.model.findings.schema_diff import Difference, ObjectStatus
from analyzer.model.words.wording import listed

_SHOWN = 3
_WORDS = {
    ObjectStatus.MISSING: ("lacks", ", which migrations make that it counts as run"),
    ObjectStatus.EXTRA: ("has", ", which the migrations do not make"),
    ObjectStatus.DIFFERENT: ("has another", " than the migrations make"),
}


def gaps_in_words(gaps: Sequence[Difference]) -> str:
    """What the file lacks, has too much, or has otherwise: for the middle of a sentence."""
    said = []
    for status, (word, more) in _WORDS.items():
        names = [_shown(it) for it in gaps if it.status is status]
        if names:
            said.append(f"{word} {listed(names, _SHOWN)}{more}")
    return ", and ".join(said)


def _shown(gap: Difference) -> str:
    return f"{gap.kind} {gap.name if gap.kind == 'table' else f'{gap.table}.{gap.name}'}"
