"""What was read of files by their contents' ids, for all environments of one run."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.analysis.diagnosis.affixes import Affixes
    from analyzer.analysis.diagnosis.waiting_files import KnownEnds
    from analyzer.model.core.history import History
    from analyzer.model.core.migration import FileSet
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Parsed


class SharedTexts:
    """Contents and what was made of them: none of it depends on an environment's rows."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.words: dict[str, frozenset[str]] = {}
        self.features: dict[str, ContentFeatures] = {}
        self.files_at: dict[tuple[str, tuple[str, ...]], FileSet] = {}
        self.parsed: dict[Affixes | None, dict[str, Parsed]] = {}
        self.known_ends: dict[Affixes | None, KnownEnds] = {}
        self.everywhere: dict[tuple[str, ...], History] = {}
