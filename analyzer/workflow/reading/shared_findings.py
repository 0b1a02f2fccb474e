"""What was found out of files and history that depends on no environment's rows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.analysis.diagnosis.affixes import Affixes
    from analyzer.analysis.diagnosis.waiting_files import KnownEnds
    from analyzer.model.core.history import History
    from analyzer.model.core.migration import FileSet
    from analyzer.model.effects.content_features import ContentFeatures


class SharedFindings:
    """By the ids of contents, by commit or by folders; for all environments of one run."""

    def __init__(self) -> None:
        self.words: dict[str, frozenset[str]] = {}
        self.features: dict[str, ContentFeatures] = {}
        self.files_at: dict[tuple[str, tuple[str, ...]], FileSet] = {}
        self.everywhere: dict[tuple[str, ...], History] = {}
        self.known_ends: dict[tuple[Affixes | None, str], KnownEnds] = {}
