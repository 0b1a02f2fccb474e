"""What was found out of contents and commits, for all environments of one run."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.core.history import History
    from analyzer.model.core.migration import FileSet
    from analyzer.model.effects.content_features import ContentFeatures


class SharedTexts:
    """What was made of contents and commits: none of it depends on an environment's rows."""

    def __init__(self) -> None:
        self.words: dict[str, frozenset[str]] = {}
        self.features: dict[str, ContentFeatures] = {}
        self.files_at: dict[tuple[str, tuple[str, ...]], FileSet] = {}
        self.everywhere: dict[tuple[str, ...], History] = {}
